"""Test data into the database of a lane, by the facts of their locks, else by what the project says. For the doors."""

from __future__ import annotations

from collections.abc import Sequence

from statusquo import wiring
from statusquo.assets import dump
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset
from statusquo.assets.loading import checking
from statusquo.assets.loading import load as loader
from statusquo.assets.loading.plan import Plan, Terms
from statusquo.assets.loading.source import Source
from statusquo.assets.loading.violations import Violation, error
from statusquo.config import Config
from statusquo.core.errors import DatasetError
from statusquo.core.rows import Rows
from statusquo.supervisor import asking
from statusquo.supervisor.client import Lease


def load(config: Config, lease: Lease, source: Source, terms: Terms, *, exact: bool) -> Plan:
    """Load the data; what was done. Raises ConfigError, NoStack, GuardError, StoreError, DatasetError."""
    dataset = _dataset(config, lease, source)
    _check_fields(dataset)
    with wiring.writing(config, lease.lane) as writer:
        _check_applied(source, writer)
        return loader.load(dataset, writer, terms, exact=exact)


def differences(config: Config, lease: Lease, source: Source) -> Sequence[Difference]:
    """How the database differs from the data. Raises as ``load`` does."""
    dataset = _dataset(config, lease, source)
    with wiring.reading(config, lease.lane) as rows:
        _check_applied(source, rows)
        return checking.differences(dataset, rows)


def _dataset(config: Config, lease: Lease, source: Source) -> Dataset:
    if not source.without_lock:
        return Dataset(source.records, source.schema)
    with asking.project(config, lease) as project:
        return Dataset(source.records, project.facts().schema)


def _check_applied(source: Source, rows: Rows) -> None:
    """Return if the locks are of the state that the database is in. Raises DatasetError."""
    done = dump.applied(rows)
    for app, names in source.migrations.items() if done else ():
        last = done.get(app, ("",))[-1]
        if last not in names:
            raise DatasetError(
                f"The data fit {app} {', '.join(names)}, and the database is at {last or 'no migration of it'}.",
                next="Carry the data through the migrations, or dump them again.",
            )


def _check_fields(dataset: Dataset) -> None:
    """Return if all values can be written without the project. Raises DatasetError."""
    foreign = {
        label: [each.name for each in model.fields if each.kind == "other"]
        for label, model in dataset.schema.models.items()
    }
    wrong = [
        Violation(record, "can only be written by the project's own code", name, _BY_ITSELF)
        for record in dataset.records
        for name in foreign.get(record.model, ())
        if record.fields.get(name) is not None
    ]
    if wrong:
        raise error(wrong)


_BY_ITSELF = "Run 'python -m statusquo.django load' by 'statusquo exec'."
