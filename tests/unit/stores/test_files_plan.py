"""What a folder's scan tells, and what has to be done about it: decided without a folder."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import replace

import pytest

from statusquo.stores.files import manifest, restore
from statusquo.stores.files.manifest import UNREAD, Entry, Manifest, Suspects
from statusquo.stores.files.restore import Difference, MakeFolder, MakeLink, MakeTwin, Remove, Step, Write
from statusquo.stores.files.scan import Witness

WITNESS = Witness(7, stat.S_IFREG | 0o644, 3, 10, 20, 1, 0, 0)
FILE = Entry("file", 0o644, (0, 0), 3, "digest", 10, ())
FOLDER = Entry("folder", 0o755, (0, 0), 0, "", 0, ())
LINK = Entry("link", 0o777, (0, 0), 0, "target", 10, ())
OTHER = replace(FILE, content=UNREAD)


def compare(then: Manifest, seen: Mapping[str, Witness]) -> Suspects:
    return manifest.compare(then, seen, among=None, read=frozenset())


def test_paths_with_the_witness_they_had_are_no_suspects() -> None:
    assert compare(Manifest({"a": WITNESS}), {"a": WITNESS}) == Suspects((), (), ())


@pytest.mark.parametrize("field", Witness._fields)
def test_whatever_differs_in_a_witness_makes_a_suspect(field: str) -> None:
    found = WITNESS._replace(**{field: getattr(WITNESS, field) + 1})
    assert compare(Manifest({"a": WITNESS}), {"a": found}).doubtful == ("a",)


def test_a_racy_path_is_a_suspect_though_its_witness_is_the_same() -> None:
    then = Manifest({"a": WITNESS, "b": WITNESS}, racy=frozenset({"a"}))
    assert compare(then, {"a": WITNESS, "b": WITNESS}).doubtful == ("a",)


def test_among_some_paths_the_others_are_not_looked_at() -> None:
    then, now = Manifest({"a": WITNESS, "b": WITNESS}), {"new": WITNESS}
    assert manifest.compare(then, now, among={"b"}, read=frozenset()) == Suspects((), ("b",), ())


def test_a_path_to_read_is_a_suspect_whatever_its_witness_says_and_so_are_its_other_names() -> None:
    then = Manifest({"a": WITNESS, "b": WITNESS, "c": WITNESS}, names={"a": ("b",), "b": ("a",)}, racy=frozenset({"c"}))
    suspects = manifest.compare(then, {"a": WITNESS, "b": WITNESS, "c": WITNESS}, among=set(), read={"a"})
    assert suspects.doubtful == ("a", "b")


def test_what_came_and_what_went_are_told_apart() -> None:
    assert compare(Manifest({"gone": WITNESS}), {"new": WITNESS}) == Suspects(("new",), ("gone",), ())


@pytest.mark.parametrize(
    ("difference", "steps"),
    [
        (Difference("new", None, FILE), (Remove("new"),)),
        (Difference("gone", FILE, None), (Write("gone", "digest"),)),
        (Difference("gone", FOLDER, None), (MakeFolder("gone"),)),
        (Difference("gone", LINK, None), (MakeLink("gone", "target"),)),
        (Difference("written", FILE, OTHER), (Write("written", "digest"),)),
        (Difference("touched", FILE, replace(FILE, mtime_ns=11)), ()),
        (Difference("opened", FOLDER, replace(FOLDER, mode=0o777)), ()),
        (Difference("turned", LINK, replace(LINK, content="x")), (Remove("turned"), MakeLink("turned", "target"))),
        (Difference("now a folder", FILE, FOLDER), (Remove("now a folder"), Write("now a folder", "digest"))),
        (Difference("now a file", FOLDER, FILE), (Remove("now a file"), MakeFolder("now a file"))),
    ],
    ids=lambda value: value.path if isinstance(value, Difference) else "",
)
def test_one_difference_is_one_way_back(difference: Difference, steps: tuple[Step, ...]) -> None:
    assert restore.plan_steps([difference], outside=()) == steps


def test_all_that_goes_goes_before_anything_comes() -> None:
    differences = [Difference("a", FOLDER, FILE), Difference("a/b", FILE, None), Difference("c", None, FOLDER)]
    steps = (Remove("a"), Remove("c"), MakeFolder("a"), Write("a/b", "digest"))
    assert restore.plan_steps(differences, outside=()) == steps


def test_what_is_in_a_folder_that_goes_needs_no_removal_of_its_own() -> None:
    differences = [Difference("a", None, FOLDER), Difference("a/b", None, FOLDER), Difference("a/b/c", None, FILE)]
    assert restore.plan_steps(differences, outside=()) == (Remove("a"),)


def test_a_name_that_left_its_file_joins_it_again() -> None:
    differences = [
        Difference("a", replace(FILE, names=("b",)), FILE),
        Difference("b", replace(FILE, names=("a",)), FILE),
    ]
    assert restore.plan_steps(differences, outside=()) == (Remove("b"), MakeTwin("b", "a"))


def test_a_name_that_joined_another_file_leaves_it_before_anything_is_written() -> None:
    differences = [
        Difference("a", FILE, replace(OTHER, names=("b",))),
        Difference("b", FILE, replace(OTHER, names=("a",))),
    ]
    steps = (Remove("a"), Remove("b"), Write("a", "digest"), Write("b", "digest"))
    assert restore.plan_steps(differences, outside=()) == steps


def test_another_name_that_goes_aside_leaves_the_file_where_it_is() -> None:
    differences = [
        Difference("a", FILE, replace(OTHER, names=("new",))),
        Difference("new", None, replace(OTHER, names=("a",))),
    ]
    assert restore.plan_steps(differences, outside=()) == (Remove("new"), Write("a", "digest"))


def test_a_file_with_a_name_outside_is_replaced() -> None:
    assert restore.plan_steps([Difference("a", FILE, OTHER)], outside={"a"}) == (Remove("a"), Write("a", "digest"))
