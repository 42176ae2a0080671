"""What a load has to say, as lines for people and as JSON. Pure; the doors print it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from statusquo.assets.loading.plan import Count, Plan


def lines(plan: Plan) -> Iterator[str]:
    """A line for each model."""
    for label, count in sorted(plan.counts.items()):
        yield f"{label}: {_count(count)}"


def notes(plan: Plan, receivers: Sequence[str] = ()) -> Iterator[str]:
    """What was left out, and who was not told."""
    for what, rows in sorted(plan.dropped.items()):
        yield f"Left out: {what}, in {rows} {'row' if rows == 1 else 'rows'}: the project does not know it."
    if receivers:
        yield f"Not told, as loaddata would have: {', '.join(receivers)}. To tell them: --signals raw."


def plain(plan: Plan) -> Mapping[str, object]:
    """The load for a program."""
    return {"rows": {label: asdict(count) for label, count in plan.counts.items()}, "left_out": dict(plan.dropped)}


def _count(count: Count) -> str:
    parts = [
        (f"+{count.added}", count.added),
        (f"~{count.changed}", count.changed),
        (f"-{count.removed}", count.removed),
    ]
    told = [text for text, number in parts if number]
    if count.left:
        told.append(f"{count.left} left as {'it is' if count.left == 1 else 'they are'}")
    return ", ".join(told) or "nothing to do"
