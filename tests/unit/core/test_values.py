"""Small pure things of the ground floor: diffs, placeholders, addresses, the guard, errors, fingerprints."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.core import diff, errors, fingerprint, guard, placeholders, ports
from statusquo.core.endpoint import Address
from statusquo.core.errors import ConfigError, GuardError, StatusquoError

IMAGES = st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.sampled_from("xy")), max_size=3)
ITEMS = st.dictionaries(st.sampled_from("pqr"), IMAGES, max_size=3)


@given(ITEMS, ITEMS)
def test_applying_the_changes_to_the_one_gives_the_other(
    before: dict[str, diff.Image], after: dict[str, diff.Image]
) -> None:
    state = dict(before)
    for change in diff.compare_items("g", before, after):
        if change.after is None:
            del state[change.item]
        else:
            state[change.item] = change.after
    assert state == after


@given(ITEMS)
def test_nothing_changed_is_no_change(items: dict[str, diff.Image]) -> None:
    assert diff.compare_items("g", items, dict(items)) == ()


def test_a_field_that_became_null_is_told_from_one_that_went_away() -> None:
    assert diff.compare_images({"a": "1", "b": "2"}, {"a": None}) == (
        diff.Field("a", "1", None),
        diff.Field("b", "2", None),
    )


def test_placeholders_are_filled_and_other_braces_stay() -> None:
    text = 'run {port} {db.url} {{port}} {"json": {}} ${HOME}'
    filled = placeholders.fill(text, lambda name, fact: f"<{name}|{fact}>")
    assert filled == 'run <port|> <db|url> {port} {"json": {}} $<HOME|>'


def test_an_address_quotes_its_parts() -> None:
    address = Address("postgresql", "127.0.0.1", 5432, user="a b", password="p@/:", name="d/b")
    assert address.url == "postgresql://a%20b:p%40%2F%3A@127.0.0.1:5432/d%2Fb"


def test_the_guard_lets_the_right_mark_pass() -> None:
    nonce = guard.new_nonce()
    guard.check(store="db", where="somewhere", found=nonce, expected=nonce)


@pytest.mark.parametrize(("found", "why"), [(None, "no mark of ours"), ("other", "the mark of another run")])
def test_the_guard_stops_everything_else_and_says_which_store_and_where(found: str | None, why: str) -> None:
    with pytest.raises(GuardError) as caught:
        guard.check(store="db", where="host:1/x", found=found, expected="nonce")
    assert str(caught.value).startswith(f'Store "db" at host:1/x is not ours to change. It carries {why}.')
    assert caught.value.exit_code == 7


def test_an_error_reads_what_why_next_then_evidence() -> None:
    error = StatusquoError("What.", why="Why.", next="Next.", evidence="line 1\nline 2\n")
    assert str(error) == "What. Why. Next.\n    line 1\n    line 2"


def test_exit_codes_tell_the_classes_apart() -> None:
    classes: list[type[StatusquoError]] = [StatusquoError, *StatusquoError.__subclasses__()]
    codes = [cls.exit_code for cls in classes if cls.__module__ == errors.__name__]
    assert codes == sorted(set(codes))
    assert ConfigError.exit_code == 2


def test_a_fingerprint_of_files_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = fingerprint.of_files([tmp_path / "a"], tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    second = fingerprint.of_files([tmp_path / "b"], tmp_path)
    (tmp_path / "b").write_text("2")
    third = fingerprint.of_files([tmp_path / "b"], tmp_path)
    assert len({first, second, third}) == 3


def test_a_watched_folder_means_the_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "assets" / "deep").mkdir(parents=True)
    (tmp_path / "assets" / "deep" / "x.json").touch()
    (tmp_path / "other").touch()
    assert fingerprint.watched(tmp_path, ["assets", "none/*"]) == (tmp_path / "assets" / "deep" / "x.json",)


def test_a_leased_port_can_be_bound_and_is_not_leased_twice() -> None:
    leased = {ports.lease() for _ in range(20)}
    assert len(leased) == 20
    assert not any(ports.is_taken(port) for port in leased)
