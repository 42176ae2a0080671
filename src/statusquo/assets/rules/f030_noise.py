"""F030: rows that a running system makes by itself, which nobody wants to review or to merge."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from statusquo.assets import noise, references
from statusquo.assets.dataset import Dataset
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding

_ALONE = ("sessions.session", "admin.logentry")
"""Nothing refers to rows of these, so they can go even where references are not known."""


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each row; those that others refer to cannot simply go."""
    wanted = _wanted(subject)
    for record in subject.dataset.records:
        why = _reason(record.model, subject)
        if why:
            can = record.model in _ALONE or (wanted is not None and id(record) not in wanted)
            yield finding("F030", "warning", record, f"is noise: {why}.", fixable=can)


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """Without those rows."""
    return subject.dataset.having(record for record in subject.dataset.records if record.subject not in about)


def _reason(label: str, subject: Subject) -> str:
    wanted = any(fnmatchcase(label, each) for each in subject.settings.wanted)
    return "" if wanted else noise.reason(label, subject.settings.noise)


def _wanted(subject: Subject) -> set[int] | None:
    """The rows that rows which are no noise refer to; None if that is not known."""
    if any(subject.dataset.schema.get(label) is None for label in subject.dataset.counts):
        return None
    found = references.index(subject.dataset)
    edges = (each for each in references.edges(subject.dataset) if not _reason(each.source.model, subject))
    return {id(target) for each in edges for target in (found.resolve(each),) if target}


RULE = Rule("F030", "noise", check, mend)
