"""F011: a natural key before the row it means, in a column that cannot be empty: ``loaddata`` fails there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from statusquo.assets import canonical, references
from statusquo.assets.dataset import Dataset
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each such reference; an order of models mends all but those within one model or a circle."""
    at = {id(record): number for number, record in enumerate(subject.dataset.records)}
    labels = canonical.loadable(subject.dataset.counts, subject.dataset.schema)
    rank = {label: number for number, label in enumerate(labels)}
    found = references.index(subject.dataset)
    for each in references.edges(subject.dataset):
        target = found.resolve(each) if each.is_natural and not each.is_nullable else None
        if target and at[id(target)] > at[id(each.source)]:
            can = rank[target.model] < rank[each.source.model] and subject.dataset.order != "loadable"
            message = f"names {target.subject} by natural key, which comes later, at {target.place}."
            hint = "" if can else "Refer to it by its primary key."
            yield finding("F011", "warning", each.source, message, field=each.field, hint=hint, fixable=can)


def mend(subject: Subject, _about: frozenset[str]) -> Dataset:
    """In the order in which the models load; the lock keeps it."""
    return canonical.arrange(replace(subject.dataset, order="loadable"))


RULE = Rule("F011", "natural key before its row", check, mend)
