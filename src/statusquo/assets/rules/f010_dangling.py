"""F010: a reference to a row that is not there. Mending takes it away: out of a list, to empty, or with its row."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import dangling, references, values
from statusquo.assets.dataset import Dataset
from statusquo.assets.references import Reference
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each reference that nothing meets."""
    for each in _dangling(subject):
        message = f"refers to {each.model} {values.compact(each.value)}, which is not there."
        hint = "Add the row, name its model in assets.elsewhere, or take the reference away: --fix --prune."
        yield finding("F010", "error", each.source, message, field=each.field, hint=hint, fixable=True)


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """Without those references; a row that cannot be without one goes."""
    gone = (each for each in _dangling(subject) if f"{each.source.subject}.{each.field}" in about)
    return dangling.without(subject.dataset, gone)


def _dangling(subject: Subject) -> tuple[Reference, ...]:
    excluded = subject.stored.lock.excluded if subject.stored.lock else {}
    return references.dangling(subject.dataset, [*excluded, *subject.settings.elsewhere])


RULE = Rule("F010", "dangling reference", check, mend, loses_rows=True)
