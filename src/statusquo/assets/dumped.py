"""What a dump has to say, as lines for people and as JSON. Pure; the doors print it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from statusquo.assets import told, values
from statusquo.assets.dump import Plan

Mode = Literal["write", "check", "stdout"]


@dataclass(frozen=True, slots=True)
class Said:
    """A result, what is told besides, and the exit code."""

    result: str
    notes: tuple[str, ...]
    exit_code: int = 0


def said(plan: Plan, mode: Mode, *, as_json: bool = False) -> Said:
    """What is said of a dump that was written, compared with its files, or shall be printed."""
    if mode == "stdout":
        return Said(plan.text, tuple(_left_out(plan)))
    code = 1 if mode == "check" and plan.changes else 0
    if as_json:
        return Said(json.dumps(plain(plan), indent=2) + "\n", (), code)
    lines = "".join(f"{line}\n" for line in told.lines(plan.differences, "model"))
    return Said(lines, (*_left_out(plan), *_done(plan, mode)), code)


def plain(plan: Plan) -> dict[str, object]:
    """The dump for a program."""
    return {
        "dataset": str(plan.path),
        "rows": plan.dataset.counts,
        "excluded": dict(plan.excluded),
        "pruned": [f"{each.source.subject}.{each.field}" for each in plan.pruned],
        "differences": told.plain(plan.differences),
        "changed": [str(each.path) for each in plan.changes],
    }


def _left_out(plan: Plan) -> Iterator[str]:
    """What is not in the data, a line for each reason, and what was taken away from them."""
    reasons: dict[str, list[str]] = {}
    for label, why in plan.excluded.items():
        reasons.setdefault(why, []).append(label)
    for why, labels in sorted(reasons.items()):
        yield f"Left out: {', '.join(sorted(labels))}: {why}."
    for each in plan.pruned:
        yield f"Taken away: {each.source.subject}.{each.field} → {each.model} {values.compact(each.value)}."

    yield from plan.anonymised


def _done(plan: Plan, mode: Mode) -> Iterator[str]:
    yield f"{plan.path}: {len(plan.dataset.records)} rows of {len(plan.dataset.counts)} models."
    if not plan.changes:
        yield "Nothing has changed."
    word = "written" if mode == "write" else "not as the rows are"
    for each in plan.changes:
        yield f"{each.path} {word if each.text is not None else 'removed' if mode == 'write' else 'not needed'}."
