"""F003: two datasets that may be loaded together have different rows with one key; the one loaded last wins."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import values
from statusquo.assets.references import key_text
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each row that another dataset has in another way."""
    others = {
        (record.model, key_text(record.pk)): record
        for other in subject.others
        for record in other.dataset.records
        if record.pk is not None
    }
    for record in subject.dataset.records:
        other = others.get((record.model, key_text(record.pk)))
        if other and values.compact(dict(other.fields)) != values.compact(dict(record.fields)):
            hint = f"Move it: statusquo renumber {subject.stored.path} {record.model} --avoid {other.place.file}"
            yield finding("F003", "warning", record, f"is another row at {other.place}.", hint=hint)


RULE = Rule("F003", "same key in two datasets", check)
