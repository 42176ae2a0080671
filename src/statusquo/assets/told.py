"""Differences as lines for people and as JSON. Pure; the command line prints them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from statusquo.assets import compare, values
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Json, Record

By = Literal["model", "field", "row"]
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "renumbered": "#", "volatile": "."}
_SHOWN = 40
"""Characters of a value."""


def lines(differences: Sequence[Difference], by: By) -> Iterator[str]:
    """A line for each model, each field of each model, or each row."""
    for model, each in compare.by_model(differences).items():
        match by:
            case "model":
                yield f"{model}: {', '.join(_counted(each))}"
            case "field":
                yield from _by_field(model, each)
            case "row":
                yield from map(_row, each)


def markdown(differences: Sequence[Difference]) -> Iterator[str]:
    """A table for the discussion of a change."""
    yield "| model | added | removed | changed | fields |"
    yield "|---|---|---|---|---|"
    for model, each in compare.by_model(differences).items():
        kinds = Counter(one.kind for one in each)
        fields = ", ".join(sorted({field.name for one in each if one.kind == "changed" for field in one.fields}))
        numbers = " | ".join(str(kinds[kind] or "") for kind in ("added", "removed", "changed"))
        yield f"| {model} | {numbers} | {fields} |"


def plain(differences: Sequence[Difference]) -> list[dict[str, object]]:
    """The differences for a program."""
    return [
        {
            "kind": each.kind,
            "model": each.model,
            "before": each.before.pk if each.before else None,
            "after": each.after.pk if each.after else None,
            "fields": {field.name: {"before": field.before, "after": field.after} for field in each.fields},
        }
        for each in differences
    ]


def _counted(differences: Sequence[Difference]) -> Iterator[str]:
    kinds = Counter(each.kind for each in differences)
    for kind in ("added", "removed"):
        if kinds[kind]:
            yield f"{_SIGNS[kind]}{kinds[kind]}"
    if kinds["changed"]:
        names = {field.name for each in differences if each.kind == "changed" for field in each.fields}
        yield f"~{kinds['changed']} ({', '.join(sorted(names))})"
    moved = [f"{_pk(each.before)}→{_pk(each.after)}" for each in differences if _is_moved(each)]
    if moved:
        yield f"pk {', '.join(moved[:5])}" + (f" and {len(moved) - 5} more" if len(moved) > 5 else "")  # noqa: PLR2004
    if kinds["volatile"]:
        yield f"{kinds['volatile']} volatile only"


def _by_field(model: str, differences: Sequence[Difference]) -> Iterator[str]:
    rows = Counter(each.kind for each in differences if each.kind in {"added", "removed"})
    for kind, count in sorted(rows.items()):
        yield f"{_SIGNS[kind]} {model}: {count}"
    fields = Counter(field.name for each in differences for field in each.fields)
    for name, count in sorted(fields.items()):
        yield f"~ {model}.{name}: {count}"


def _row(difference: Difference) -> str:
    record = difference.after or difference.before
    subject = record.subject if record else difference.model
    if _is_moved(difference):
        subject = f"{subject} (was {_pk(difference.before)})"
    fields = "; ".join(f"{each.name} {_short(each.before)} → {_short(each.after)}" for each in difference.fields)
    return f"{_SIGNS[difference.kind]} {subject}" + (f": {fields}" if fields else "")


def _is_moved(difference: Difference) -> bool:
    return bool(difference.before and difference.after and difference.before.pk != difference.after.pk)


def _pk(record: Record | None) -> str:
    return record.subject.partition(":")[2] or "none" if record else ""


def _short(value: Json) -> str:
    text = values.compact(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
