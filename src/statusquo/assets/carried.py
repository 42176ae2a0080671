"""What migrations have done to data, as lines for people. Pure; ``manage.py statusquo migrate-data`` prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from statusquo.assets import values
from statusquo.assets.dataset import Dataset, Json, Record

_VALUES = 3
"""Values of a new field that are told apart."""
_SHOWN = 40
"""Characters of a value."""

Leaves = Mapping[str, Sequence[str]]


def states(before: Leaves, after: Leaves) -> Iterator[str]:
    """Which apps the data go forward in."""
    for app, names in sorted(after.items()):
        was = before.get(app, ())
        if set(was) != set(names):
            yield f"{app}: {', '.join(was) or 'nothing'} → {', '.join(names)}"


def lines(before: Dataset, after: Dataset) -> Iterator[str]:
    """Models and fields that came and went, new fields with the values that rows have in them."""
    old, new = before.by_model(), after.by_model()
    for label in sorted({*old, *new}):
        if label not in new:
            yield f"{label} is gone, with {len(old[label])} rows."
        elif label not in old:
            yield f"{label} is new: {len(new[label])} rows."
        else:
            yield from _fields(label, old[label], new[label])


def _fields(label: str, old: Sequence[Record], new: Sequence[Record]) -> Iterator[str]:
    was, now = (dict.fromkeys(name for each in rows for name in each.fields) for rows in (old, new))
    for name in was:
        if name not in now:
            yield f"{label}.{name} is gone."
    for name in now:
        if name not in was:
            yield f"{label}.{name} is new: {_histogram([record.fields.get(name) for record in new])}."


def _histogram(held: Sequence[Json]) -> str:
    found = Counter(values.compact(each)[:_SHOWN] for each in held)
    shown = [f"{value} in {count}" for value, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))]
    more = f" and {len(shown) - _VALUES} other values" if len(shown) > _VALUES else ""
    return ", ".join(shown[:_VALUES]) + more
