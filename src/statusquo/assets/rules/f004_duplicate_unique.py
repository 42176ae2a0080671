"""F004: two rows share what the database says is unique."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import values
from statusquo.assets.dataset import Json, Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.assets.schema import Model
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each row that has what an earlier one has; empty values never clash.

    Nor does empty text where only the project's code knows what becomes of it: such fields often make it empty.
    """
    seen: dict[tuple[str, tuple[str, ...], str], Record] = {}
    for record, model in subject.known():
        for names in model.unique:
            held = [_held(record, model, name) for name in names]
            key = (record.model, names, values.compact(held))
            if None not in held and key in seen:
                shown = ", ".join(f"{name} {values.compact(each)}" for name, each in zip(names, held, strict=True))
                message = f"has the same {shown} as the row at {seen[key].place}."
                yield finding("F004", "error", record, message, field=",".join(names))
            seen.setdefault(key, record)


def _held(record: Record, model: Model, name: str) -> Json:
    value, field = record.fields.get(name), model.field(name)
    return None if value == "" and field and field.kind == "other" and field.null else value


RULE = Rule("F004", "duplicate unique key", check)
