"""Test data into the database of a lane, by the facts of their locks, else by what the project says. For the doors."""

from __future__ import annotations

from collections.abc import Sequence

from statusquo import wiring
from statusquo.assets import introspected, labels
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset
from statusquo.assets.loading import checking, outside
from statusquo.assets.loading import load as loader
from statusquo.assets.loading import source as sources
from statusquo.assets.loading.plan import Plan, Terms
from statusquo.assets.loading.source import Source
from statusquo.config import Config
from statusquo.supervisor import asking
from statusquo.supervisor.client import Lease


def load(config: Config, lease: Lease, source: Source, terms: Terms, *, exact: bool) -> Plan:
    """Load the data; what was done. Raises ConfigError, NoStack, GuardError, StoreError, DatasetError."""
    dataset = _dataset(config, lease, source)
    outside.check_fields(dataset)
    with wiring.writing(config, lease.lane) as writer:
        outside.check_applied(source.migrations, writer)
        return loader.load(dataset, writer, terms, exact=exact)


def differences(config: Config, lease: Lease, source: Source) -> Sequence[Difference]:
    """How the database differs from the data. Raises as ``load`` does."""
    dataset = _dataset(config, lease, source)
    with wiring.reading(config, lease.lane) as rows:
        outside.check_applied(source.migrations, rows)
        return checking.differences(dataset, rows)


def _dataset(config: Config, lease: Lease, source: Source) -> Dataset:
    with wiring.reading(config, lease.lane) as rows:
        if sources.is_for_tables(source, rows.tables()):
            found = Dataset(source.records, introspected.schema_of(rows))
            return labels.resolve(found) if source.without_lock else found
    if not source.without_lock:
        return Dataset(source.records, source.schema)
    with asking.project(config, lease) as project:
        return labels.resolve(Dataset(source.records, project.facts().schema))
