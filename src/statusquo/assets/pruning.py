"""Which rows could go: by model, as noise, as orphans, as dangling, as never read; and which of them can. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeVar

from statusquo.assets import closing, dangling, noise, references
from statusquo.assets.closing import Cut, Rules
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.formats import jsonlines
from statusquo.assets.trace import Trace

_Some = TypeVar("_Some")
IsFine = Callable[[Sequence[_Some]], bool]
"""Whether all is well without these."""


def of_models(dataset: Dataset, patterns: Collection[str]) -> tuple[Record, ...]:
    """The rows of models of these names."""
    return tuple(each for each in dataset.records if any(fnmatchcase(each.model, one) for one in patterns))


def noisy(dataset: Dataset, more: Collection[str], keep: Collection[str] = ()) -> tuple[Record, ...]:
    """The by-products of a running system, but for models to *keep*, and for rows that other rows refer to."""
    is_noise = {
        label: bool(noise.reason(label, more)) and not any(fnmatchcase(label, each) for each in keep)
        for label in dataset.counts
    }
    wanted = _met(dataset, lambda source: not is_noise[source.model])
    return tuple(each for each in dataset.records if is_noise[each.model] and id(each) not in wanted)


def orphans(dataset: Dataset, roots: Collection[str]) -> tuple[Record, ...]:
    """The rows that no row is left to point to, of models that are pointed to and are no roots."""
    pointed = {each.model for each in references.edges(dataset)}
    loose = {
        label for label in dataset.counts if label in pointed and not any(fnmatchcase(label, root) for root in roots)
    }
    gone: dict[int, Record] = {}
    size = -1
    while size != len(gone):
        size = len(gone)
        met = _met(dataset, lambda source: id(source) not in gone)  # noqa: B023 - asked at once
        gone |= {id(each): each for each in dataset.records if each.model in loose and id(each) not in met}
    return tuple(gone.values())


def without_dangling(dataset: Dataset, provided: Collection[str]) -> Cut:
    """The dataset without references to rows that are not there: out of lists, empty, or with their row."""
    lost = references.dangling(dataset, provided)
    cut = closing.without(dataset, [each.source for each in lost if not each.is_nullable])
    return replace(cut, dataset=dangling.prune(cut.dataset, provided))


def unused(dataset: Dataset, trace: Trace) -> tuple[Record, ...]:
    """The rows that were not read, and that none of those that were refers to."""
    kept = closing.close(dataset, trace.read(dataset), Rules(has_many=True))
    return tuple(each for each in dataset.records if id(each) not in kept.because)


def together(units: Sequence[_Some], is_fine: IsFine[_Some], least: int = 1) -> tuple[_Some, ...]:
    """As many of the units as can go, found by halving; groups of *least* are not taken apart.

    After delta debugging (Zeller and Hildebrandt, 2002), but for what can go in place of what must stay.
    """
    gone: list[_Some] = []
    waiting = [tuple(units)] if units else []
    while waiting:
        some = waiting.pop()
        if is_fine([*gone, *some]):
            gone += some
        elif len(some) > max(least, 1):
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return tuple(gone)


def told(cut: Cut) -> Iterator[str]:
    """A line for each model: how many rows go, with how many bytes, and how many of them only with others."""
    with_others = {id(each) for each in cut.also}
    for label, rows in Dataset(cut.gone).by_model().items():
        also = sum(id(each) in with_others for each in rows)
        more = f", {also} of them because they need a row that goes" if also else ""
        yield f"{label}: {len(rows)} rows, {_bytes(rows):,} bytes{more}"


def _bytes(rows: Sequence[Record]) -> int:
    return len(jsonlines.write(rows).encode())


def _met(dataset: Dataset, is_asked: Callable[[Record], bool]) -> set[int]:
    """The rows that rows of a kind refer to; what refers to itself does not count."""
    index = references.index(dataset)
    edges = ((each.source, index.resolve(each)) for each in references.edges(dataset) if is_asked(each.source))
    return {id(target) for source, target in edges if target and target is not source}
