"""What has to be done to a folder to put it back, step by step. Pure; ``hands`` does it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from statusquo.stores.files.manifest import Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that is not as the baseline has it; it is there in at least one of the two."""

    path: str
    held: Entry | None
    found: Entry | None


@dataclass(frozen=True, slots=True)
class Remove:
    """What is at the path goes, a folder with all that is in it."""

    path: str


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """A folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Write:
    """A file's content; into the file that is there, if there is one."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class MakeLink:
    """A symbolic link."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class MakeTwin:
    """A hard link to a file that is in place by then."""

    path: str
    first: str


Step = Remove | MakeFolder | Write | MakeLink | MakeTwin


def plan_steps(differences: Sequence[Difference], outside: Collection[str]) -> tuple[Step, ...]:
    """All removals, then all that is made, parents first.

    *outside* are files that have a name outside of the folder, too: they are replaced, never written into.
    """
    extra = {each.path for each in differences if each.held is None}
    gone: set[str] = set()
    removals: list[Step] = []
    makings: list[Step] = []
    for each in differences:
        stays = _stays(each, extra) and each.path not in outside
        if each.found and not stays and gone.isdisjoint(above(each.path)):
            removals.append(Remove(each.path))
            gone.add(each.path)
        if each.held and not (stays and _needs_no_content(each)):
            makings.append(_making(each.path, each.held))
    return (*removals, *makings)


def above(path: str) -> Iterator[str]:
    """The folders that *path* is in, the nearest first; the last one is the root, as an empty path."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _stays(each: Difference, extra: Collection[str]) -> bool:
    """True if what is there can be changed into what was there, and nothing else is changed with it."""
    held, found = each.held, each.found
    if held is None or found is None or held.kind != found.kind:
        return False
    if held.kind == "link":
        return held.content == found.content
    then, now = {each.path, *held.names}, {each.path, *found.names}.difference(extra)
    return now <= then and min(then) in now


def _needs_no_content(each: Difference) -> bool:
    """True also for all names of a file but the first: what is written under that one is there, too."""
    if each.held is None or each.found is None:
        return False
    return each.held.content == each.found.content or _first(each.path, each.held) != each.path


def _first(path: str, held: Entry) -> str:
    return min((path, *held.names))


def _making(path: str, held: Entry) -> Step:
    match held.kind:
        case "folder":
            return MakeFolder(path)
        case "link":
            return MakeLink(path, held.content)
        case "file":
            first = _first(path, held)
            return Write(path, held.content) if first == path else MakeTwin(path, first)
