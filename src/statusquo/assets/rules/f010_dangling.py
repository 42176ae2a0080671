"""F010: a reference to a row that is not there. Mending takes it away: out of a list, to empty, or with its row.

Where a project has its database not check a reference, rows outlive what they refer to on purpose: that only informs.
"""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import dangling, references, values
from statusquo.assets.dataset import Dataset
from statusquo.assets.references import Reference
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.assets.schema import Field
from statusquo.core.finding import Finding, Level


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each reference that nothing meets."""
    for each in _dangling(subject):
        field = _field(subject, each)
        is_checked = field is None or field.constrained
        but = "" if is_checked else " The database does not ask."
        message = f"refers to {each.model} {values.compact(each.value)}, which is not there.{but}"
        hint = "Add the row, name its model in assets.elsewhere, or take the reference away: --fix --prune."
        level: Level = "error" if is_checked else "info"
        yield finding("F010", level, each.source, message, field=each.field, hint=hint, fixable=True)


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """Without those references; a row that cannot be without one goes."""
    gone = (each for each in _dangling(subject) if f"{each.source.subject}.{each.field}" in about)
    return dangling.without(subject.dataset, gone)


def _field(subject: Subject, reference: Reference) -> Field | None:
    model = subject.dataset.schema.get(reference.source.model)
    return model.field(reference.field) if model and not reference.is_declared else None


def _dangling(subject: Subject) -> tuple[Reference, ...]:
    excluded = subject.stored.lock.excluded if subject.stored.lock else {}
    return references.dangling(subject.dataset, [*excluded, *subject.settings.elsewhere])


RULE = Rule("F010", "dangling reference", check, mend, loses_rows=True)
