"""What changed, what was late and what it cost, as lines of plain text. Pure; the doors print them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from statusquo.core.baseline import Rewound
from statusquo.core.diff import Change, Diff, Image, compare_images
from statusquo.core.events import LateWrite, ServiceDied
from statusquo.rewind.tally import Figures

SHOWN = 30
"""Changes shown of one table, key space or folder; the rest are counted."""
WIDEST = 40
"""Characters shown of an item's name and of a value."""


def diff_lines(diffs: Sequence[Diff], *, width: int) -> tuple[str, ...]:
    """The changes of all stores, a table for each group, no line wider than *width*; empty if nothing changed."""
    return tuple(_cut(line, width) for diff in diffs for line in _store_lines(diff))


def summary_lines(figures: Figures) -> tuple[str, ...]:
    """The figures of a run; empty if nothing was ever rewound."""
    if not figures.rewinds:
        return ()
    head = (
        f"{count(figures.rewinds, 'rewind')}, {figures.clean} clean; "
        f"median {duration(figures.median)}, all rewinds, checks and layers {duration(figures.total)}"
    )
    touched = [store for store in figures.stores if store.touched]
    name_width = max((len(store.name) for store in touched), default=0)
    lines = [head]
    for store in touched:
        put_back = f"{count(store.items, 'item')} in {count(store.touched, 'rewind')}, {duration(store.seconds)}"
        lines.append(f"  {store.name:<{name_width}}  {put_back}")
        lines += [f"  {'':<{name_width}}  {note}" for note in store.notes]
    lines += [line for late in figures.late for line in late_lines(late)]
    return (*lines, *(line for died in figures.died for line in died_lines(died)))


def late_lines(late: LateWrite) -> tuple[str, ...]:
    """Who wrote late, and what was found."""
    found = ", ".join(touched_text(store) for store in late.stores if not store.is_clean)
    head = f"late write after {late.after}: {found} (put back before {late.before})"
    return (head, *(f"  by {writer}" for writer in late.writers))


def died_lines(died: ServiceDied) -> tuple[str, ...]:
    """Which service died when no test was running, and what it said last."""
    what = f"{died.service} {died.how} between {died.after} and {died.before}, and was started anew."
    return with_log(what, died.log)


def with_log(sentence: str, log: Sequence[str]) -> tuple[str, ...]:
    """What happened to a service, and its last lines."""
    if not log:
        return (f"{sentence} It has printed nothing.",)
    return (f"{sentence} The last lines of its log:", *(f"    {line}" for line in log))


def touched_text(rewound: Rewound) -> str:
    """What one rewind of one store put back: ``db: public.issue 2, sequences 1``."""
    return f"{rewound.store}: " + ", ".join(f"{part.name} {part.items}" for part in rewound.touched)


def duration(seconds: float) -> str:
    """A duration in the unit that suits it."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def count(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _store_lines(diff: Diff) -> Iterator[str]:
    if diff.is_empty:
        return
    yield f"{diff.store}: {count(len(diff.changes) + diff.omitted, 'change')}"
    for group, changes in groupby(diff.changes, key=lambda change: change.group):
        yield f"  {group}"
        yield from _table(tuple(changes))
    if diff.omitted:
        yield f"  ... {diff.omitted} more"


def _table(changes: Sequence[Change]) -> Iterator[str]:
    shown = changes[:SHOWN]
    item_width = min(WIDEST, max(len(_escaped(change.item)) for change in shown))
    for change in shown:
        first, *rest = _details(change)
        item = _cut(_escaped(change.item), WIDEST)
        yield f"    {change.kind:<8}  {item:<{item_width}}  {first}".rstrip()
        yield from (f"    {'':<8}  {'':<{item_width}}  {line}" for line in rest)
    if len(changes) > SHOWN:
        yield f"    ... {len(changes) - SHOWN} more"


def _details(change: Change) -> tuple[str, ...]:
    """The fields of an inserted or deleted item on one line; of an updated one, a line per field that differs."""
    if change.before is not None and change.after is not None:
        fields = compare_images(change.before, change.after)
        return tuple(f"{f.name}: {value_text(f.before)} -> {value_text(f.after)}" for f in fields) or ("",)
    return (image_text(change.after or change.before or {}),)


def image_text(image: Image) -> str:
    """All fields of an item on one line."""
    return ", ".join(f"{name}={value_text(value)}" for name, value in image.items())


def value_text(value: str | None) -> str:
    """A value as one word of a table: NULL, two quotes for the empty string, no control characters."""
    if value is None:
        return "NULL"
    return _cut(_escaped(value), WIDEST) or "''"


def _escaped(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 3, 0)] + "..."
