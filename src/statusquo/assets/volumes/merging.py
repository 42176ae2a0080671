"""What is different between volumes, and what two branches made of one, file by file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from statusquo.assets.merging import threes
from statusquo.assets.merging.threes import Three
from statusquo.assets.volumes import volume
from statusquo.assets.volumes.volume import Member, Volume

Side = Literal["ours", "theirs"]
Reason = Literal["changed", "deleted", "shadowed"]
"""Both changed it, each to another; one changed what the other deleted; it is a file here and a folder there."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What both sides made of the base; where there is a conflict, ours, or the one that is there at all."""

    volume: Volume
    sides: Mapping[str, Side]
    """Where the content of each member is."""
    conflicts: Mapping[str, Reason]


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that is not the same in both; ``moved`` if its content was elsewhere before."""

    kind: Literal["added", "removed", "changed", "moved"]
    path: str
    before: Member | None
    after: Member | None


def merge(base: Volume, ours: Volume, theirs: Volume) -> Merged:
    """Every member that one side has and the other did not delete, once."""
    found: dict[str, Member] = {}
    sides: dict[str, Side] = {}
    conflicts: dict[str, Reason] = {}
    for path in sorted({**base.members, **ours.members, **theirs.members}):
        three = Three(base.members.get(path), ours.members.get(path), theirs.members.get(path))
        chosen = threes.merge(three, lambda each: each, lambda each: each.ours or each.theirs)
        if chosen:
            found[path], sides[path] = chosen, "ours" if chosen == three.ours else "theirs"
        if three.base not in (three.ours, three.theirs) and three.ours != three.theirs:
            conflicts[path] = "changed" if three.ours and three.theirs else "deleted"
    for path, above in _shadowed(found):
        conflicts |= {path: "shadowed", above: "shadowed"}
        found.pop(path if sides[path] == "theirs" else above, None)
    merged = volume.of(found.values())
    return Merged(merged, {path: sides.get(path, "ours") for path in merged.members}, conflicts)


def digests(base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """The same for what locks keep of a volume."""
    merged = merge(*(Volume({path: Member(path, each) for path, each in one.items()}) for one in (base, ours, theirs)))
    return merged.volume.digests


def compare(before: Volume, after: Volume) -> tuple[Difference, ...]:
    """The files that differ, in order of their paths."""
    old, new = ({path: each for path, each in one.members.items() if not each.is_folder} for one in (before, after))
    gone = {each.digest: path for path, each in sorted(old.items(), reverse=True) if path not in new}
    found: dict[str, Difference] = {}
    for path, each in sorted(new.items()):
        if path not in old:
            was = gone.pop(each.digest, None)
            found[path] = Difference("moved" if was else "added", path, old[was] if was else None, each)
        elif old[path] != each:
            found[path] = Difference("changed", path, old[path], each)
    moved = {each.before.path for each in found.values() if each.kind == "moved" and each.before}
    removed = {path: Difference("removed", path, old[path], None) for path in old if path not in {*new, *moved}}
    return tuple(each for _, each in sorted({**found, **removed}.items()))


def lines(differences: Iterable[Difference]) -> Iterator[str]:
    """The differences for people."""
    for each in differences:
        match each:
            case Difference("added", path, _, Member(size=size)):
                yield f"+ {path} ({size:,} bytes)"
            case Difference("moved", path, Member(path=was)):
                yield f"> {path} (was {was})"
            case Difference("changed", path, Member(size=size), Member(size=now)):
                yield f"~ {path} ({size:,} → {now:,} bytes)"
            case Difference(path=path):
                yield f"- {path}"


def _shadowed(found: Mapping[str, Member]) -> tuple[tuple[str, str], ...]:
    """What lies below a file, with that file: one side has a file, the other a folder of that name."""
    return tuple(
        (path, above)
        for path in sorted(found)
        for above in volume.parents(path)
        if above in found and not found[above].is_folder
    )
