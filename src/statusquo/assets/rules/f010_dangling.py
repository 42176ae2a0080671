"""F010: a reference to a row that is not there. Mending takes it away: out of a list, to empty, or with its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from statusquo.assets import references, values
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.references import Reference
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each reference that nothing meets."""
    for each in _dangling(subject):
        message = f"refers to {each.model} {values.compact(each.value)}, which is not there."
        hint = "Add the row, name its model in lint.elsewhere, or take the reference away: --fix --prune."
        yield finding("F010", "error", each.source, message, field=each.field, hint=hint, fixable=True)


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """Without those references; a row that cannot be without one goes."""
    due: dict[int, list[Reference]] = {}
    for each in _dangling(subject):
        if f"{each.source.subject}.{each.field}" in about:
            due.setdefault(id(each.source), []).append(each)
    pruned = (_without(record, due.get(id(record), [])) for record in subject.dataset.records)
    return subject.dataset.having(record for record in pruned if record)


def _without(record: Record, gone: list[Reference]) -> Record | None:
    if any(not each.is_nullable for each in gone):
        return None
    fields = dict(record.fields)
    for each in gone:
        held = fields[each.field]
        kept = [value for value in held if value != each.value] if each.is_many and isinstance(held, list) else None
        fields[each.field] = kept
    return replace(record, fields=fields)


def _dangling(subject: Subject) -> tuple[Reference, ...]:
    excluded = subject.stored.lock.excluded if subject.stored.lock else {}
    return references.dangling(subject.dataset, [*excluded, *subject.settings.elsewhere])


RULE = Rule("F010", "dangling reference", check, mend, loses_rows=True)
