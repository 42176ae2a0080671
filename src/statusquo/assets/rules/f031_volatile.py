"""F031: a row is as it was committed but for fields that change by themselves; such a change says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from statusquo.assets import compare
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each such row, where the committed data are known."""
    for each in _volatile(subject):
        if each.after:
            names = ", ".join(field.name for field in each.fields)
            yield finding("F031", "info", each.after, f"differs from what was committed only in {names}.", fixable=True)


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """With the committed values of those fields."""
    kept = {
        each.after.subject: {field.name: field.before for field in each.fields}
        for each in _volatile(subject)
        if each.after and each.after.subject in about
    }
    return subject.dataset.having(
        replace(record, fields={**record.fields, **kept[record.subject]}) if record.subject in kept else record
        for record in subject.dataset.records
    )


def _volatile(subject: Subject) -> Iterator[Difference]:
    if subject.base is not None:
        found = compare.compare(subject.base, subject.dataset, subject.settings.volatile)
        yield from (each for each in found if each.kind == "volatile")


RULE = Rule("F031", "volatile change only", check, mend)
