"""The laws of merging volumes by file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.assets.volumes import merging, volume
from statusquo.assets.volumes.volume import Member, Volume

PATHS = ("a", "a/b", "a/b/c", "b", "b/a", "c")


def of(**files: str) -> Volume:
    return volume.of(Member(path.replace("_", "/"), digest, 1) for path, digest in files.items())


@st.composite
def volumes(draw: st.DrawFn) -> Volume:
    chosen = draw(st.dictionaries(st.sampled_from(PATHS), st.sampled_from("xyz"), max_size=4))
    kept = {path for path in chosen if not any(other.startswith(f"{path}/") for other in chosen)}
    return volume.of(Member(path, chosen[path], 1) for path in kept)


@given(volumes(), volumes())
def test_what_one_side_did_is_done(base: Volume, side: Volume) -> None:
    for merged in (merging.merge(base, side, base), merging.merge(base, base, side), merging.merge(base, side, side)):
        assert merged.volume.digests == side.digests
        assert not merged.conflicts


@given(volumes(), volumes(), volumes())
def test_both_orders_agree_and_nothing_is_lost(base: Volume, ours: Volume, theirs: Volume) -> None:
    one, two = merging.merge(base, ours, theirs), merging.merge(base, theirs, ours)
    assert bool(one.conflicts) == bool(two.conflicts)
    for path in {*ours.digests, *theirs.digests} - one.conflicts.keys() - two.conflicts.keys():
        before, here, there = (each.digests.get(path) for each in (base, ours, theirs))
        wanted = there if here == before else here
        assert one.volume.digests.get(path) == two.volume.digests.get(path) == wanted
    for path, side in one.sides.items():
        held = (ours if side == "ours" else theirs).members
        assert one.volume.members[path].is_folder or held[path] == one.volume.members[path]
    assert not any(
        not one.volume.members[above].is_folder for path in one.volume.members for above in volume.parents(path)
    )


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "reason", "left"),
    [
        (of(a="x"), of(a="y"), of(a="z"), {"a": "changed"}, {"a": "y"}),
        (of(), of(a="y"), of(a="z"), {"a": "changed"}, {"a": "y"}),
        (of(a="x"), of(), of(a="z"), {"a": "deleted"}, {"a": "z"}),
        (of(), of(a="y"), of(a_b="z"), {"a": "shadowed", "a/b": "shadowed"}, {"a": "y"}),
        (of(a_b="x"), of(a="y"), of(a_b="x", a_c="z"), {"a": "shadowed", "a/c": "shadowed"}, {"a": "y"}),
    ],
)
def test_conflicts(  # noqa: PLR0917 - they come as a table
    base: Volume, ours: Volume, theirs: Volume, reason: dict[str, str], left: dict[str, str]
) -> None:
    merged = merging.merge(base, ours, theirs)
    assert (merged.conflicts, merged.volume.digests) == (reason, left)


@given(volumes(), volumes())
def test_a_comparison_leads_from_one_to_the_other(before: Volume, after: Volume) -> None:
    files = dict(before.digests)
    found = merging.compare(before, after)
    for each in found:
        if each.before:
            files.pop(each.before.path, None)
    files |= {each.path: each.after.digest for each in found if each.after}
    assert files == after.digests
    assert not merging.compare(after, after)
