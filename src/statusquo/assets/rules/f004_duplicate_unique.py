"""F004: two rows share what the database says is unique."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import values
from statusquo.assets.dataset import Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each row that has what an earlier one has; empty values never clash."""
    seen: dict[tuple[str, tuple[str, ...], str], Record] = {}
    for record, model in subject.known():
        for names in model.unique:
            held = [record.fields.get(name) for name in names]
            key = (record.model, names, values.compact(held))
            if None not in held and key in seen:
                shown = ", ".join(f"{name} {values.compact(each)}" for name, each in zip(names, held, strict=True))
                message = f"has the same {shown} as the row at {seen[key].place}."
                yield finding("F004", "error", record, message, field=",".join(names))
            seen.setdefault(key, record)


RULE = Rule("F004", "duplicate unique key", check)
