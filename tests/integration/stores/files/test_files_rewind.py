"""What a rewind of a folder does beyond the laws: what it reads, what it leaves alone, whose handles stay valid."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from statusquo.core.baseline import Touched
from statusquo.core.diff import Change
from statusquo.core.errors import GuardError, StoreError
from statusquo.stores.files import mark, scan
from statusquo.stores.files.store import FilesStore, open_store

Open = Callable[[], FilesStore]

OPENED: list[str] = []


def listen(event: str, args: tuple[object, ...]) -> None:
    match event, args:
        case "open", (str(path), _, int(flags)) if not flags & (os.O_DIRECTORY | os.O_PATH):
            OPENED.append(path)


sys.addaudithook(listen)


@contextmanager
def opens(root: Path) -> Iterator[set[str]]:
    """The names of the files below *root* that are opened in the block, by anybody in this process."""
    names: set[str] = set()
    OPENED.clear()
    yield names
    names |= {Path(path).name for path in OPENED if Path(path).is_relative_to(root) or not Path(path).is_absolute()}


def let_the_clock_tick(root: Path) -> None:
    """What was captured before is settled: a write from now on has another ctime."""
    probe = root.parent / "probe"
    probe.touch()
    started = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == started:
        probe.touch()


def fill(root: Path, files: int = 20) -> None:
    for number in range(files):
        (root / f"{number}.txt").write_text(f"content {number}")


def test_nothing_written_reads_no_file_and_touches_nothing(root: Path, opened: Open) -> None:
    fill(root)
    let_the_clock_tick(root)
    store = opened()
    baseline = store.capture()
    with opens(root) as names:
        rewound = store.rewind(baseline)
    assert (rewound.touched, names) == ((), set())


def test_a_rewind_reads_and_writes_what_was_touched_only(root: Path, opened: Open) -> None:
    fill(root)
    let_the_clock_tick(root)
    store = opened()
    baseline = store.capture()
    (root / "3.txt").write_text("CONTENT 3")
    (root / "4.txt").write_text("of another size")
    with opens(root) as names:
        rewound = store.rewind(baseline)
    assert rewound.touched == (Touched("media", 2),)
    assert names == {"3.txt", "4.txt"}


def test_a_second_capture_reads_what_was_touched_only(root: Path, opened: Open) -> None:
    fill(root)
    let_the_clock_tick(root)
    store = opened()
    store.capture()
    (root / "3.txt").write_text("changed")
    with opens(root) as names:
        store.capture()
    assert names == {"3.txt"}


def test_a_write_of_the_same_size_with_its_mtime_put_back_is_noticed(root: Path, opened: Open) -> None:
    fill(root)
    store = opened()
    for _ in range(20):  # as often as not within the tick of the capture
        baseline = store.capture()
        before = (root / "3.txt").stat()
        (root / "3.txt").write_text("CONTENT 3")
        os.utime(root / "3.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert store.rewind(baseline).items == 1
        assert (root / "3.txt").read_text() == "content 3"


def test_an_open_file_sees_the_baseline_come_back(root: Path, opened: Open) -> None:
    (root / "log").write_text("first line\n")
    store = opened()
    baseline = store.capture()
    with (root / "log").open("r+") as handle:
        handle.write("FIRST LINE\nand more\n")
        handle.flush()
        store.rewind(baseline)
        handle.seek(0)
        assert handle.read() == "first line\n"


def test_the_mtime_of_a_file_is_state_and_that_of_a_folder_comes_along(root: Path, opened: Open) -> None:
    (root / "folder").mkdir()
    (root / "file").touch()
    for name in ("folder", "file"):
        os.utime(root / name, ns=(1, 1_000_000_007))
    store = opened()
    baseline = store.capture()
    (root / "folder" / "temporary").touch()
    (root / "folder" / "temporary").unlink()
    assert store.rewind(baseline).is_clean
    (root / "file").touch()
    assert store.rewind(baseline).items == 1
    assert [(root / name).stat().st_mtime_ns for name in ("folder", "file")] == [1_000_000_007] * 2


def test_a_folder_that_became_a_link_to_somewhere_else_is_a_folder_again(root: Path, place: Path, opened: Open) -> None:
    (root / "folder").mkdir()
    (root / "folder" / "file").write_text("ours")
    store = opened()
    baseline = store.capture()
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("not ours")
    shutil.rmtree(root / "folder")
    (root / "folder").symlink_to(elsewhere)
    store.rewind(baseline)
    assert (root / "folder" / "file").read_text() == "ours"
    assert (elsewhere / "file").read_text() == "not ours"


def test_a_file_with_a_second_name_outside_is_replaced_and_not_written_into(
    root: Path, place: Path, opened: Open
) -> None:
    (root / "file").write_text("ours")
    store = opened()
    baseline = store.capture()
    (place / "outside").write_text("not ours")
    (root / "file").unlink()
    (root / "file").hardlink_to(place / "outside")
    store.rewind(baseline)
    assert (root / "file").read_text() == "ours"
    assert (place / "outside").read_text() == "not ours"


def test_names_of_one_file_are_names_of_one_file_again(root: Path, opened: Open) -> None:
    (root / "a").write_text("both")
    (root / "b").hardlink_to(root / "a")
    (root / "c").write_text("alone")
    store = opened()
    baseline = store.capture()
    (root / "b").unlink()
    (root / "b").write_text("both")
    (root / "c").unlink()
    (root / "c").hardlink_to(root / "a")
    (change_of_a, *_) = store.diff(baseline).changes
    assert change_of_a.before is not None
    assert change_of_a.after is not None
    assert (change_of_a.before["hard links"], change_of_a.after["hard links"]) == ("b", "c")
    store.rewind(baseline)
    assert (root / "b").samefile(root / "a")
    assert not (root / "c").samefile(root / "a")
    assert ((root / "a").read_text(), (root / "c").read_text()) == ("both", "alone")
    assert store.diff(baseline).is_empty


def test_a_file_of_two_names_that_was_written_is_still_one_file(root: Path, opened: Open) -> None:
    (root / "a").write_text("both")
    (root / "b").hardlink_to(root / "a")
    store = opened()
    baseline = store.capture()
    (root / "b").write_text("changed")
    inode = (root / "a").stat().st_ino
    assert store.rewind(baseline).items == 2
    assert [(root / name).read_text() for name in "ab"] == ["both", "both"]
    assert [(root / name).stat().st_ino for name in "ab"] == [inode, inode]


def test_a_link_leads_where_it_led(root: Path, opened: Open) -> None:
    (root / "link").symlink_to("here//now")
    store = opened()
    baseline = store.capture()
    (root / "link").unlink()
    (root / "link").symlink_to("there")
    store.rewind(baseline)
    assert scan.target(root / "link") == "here//now"


def test_a_socket_of_a_running_service_is_left_alone(opened: Open, root: Path) -> None:
    store = opened()
    baseline = store.capture()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
        assert store.diff(baseline).is_empty
        assert store.rewind(baseline).is_clean
        assert (root / "socket").is_socket()


def test_names_that_are_no_text_are_shown_by_their_codes(root: Path, opened: Open) -> None:
    store = opened()
    baseline = store.capture()
    (root / os.fsdecode(b"caf\xe9")).symlink_to(os.fsdecode(b"\xff"))
    os.utime(root / os.fsdecode(b"caf\xe9"), ns=(0, 5), follow_symlinks=False)
    owner = f"{os.geteuid()}:{os.getegid()}"
    image = {
        "kind": "link",
        "mode": "0777",
        "owner": owner,
        "target": "\\xff",
        "mtime": "1970-01-01T00:00:00.000000005Z",
    }
    assert store.diff(baseline).changes == (Change("inserted", "media", "caf\\xe9", None, image),)


def test_a_changed_file_shows_what_it_was_and_what_it_is(root: Path, opened: Open) -> None:
    path = root / "file"
    path.write_text("then")
    path.chmod(0o644)
    os.utime(path, ns=(0, 1_000_000_000))
    store = opened()
    baseline = store.capture()
    path.write_text("now, longer")
    path.chmod(0o600)
    os.utime(path, ns=(0, 2_000_000_000))
    owner = f"{os.geteuid()}:{os.getegid()}"
    (change,) = store.diff(baseline).changes
    assert change == Change(
        "updated",
        "media",
        "file",
        {
            "kind": "file",
            "mode": "0644",
            "owner": owner,
            "size": "4",
            "sha256": hashlib.sha256(b"then").hexdigest(),
            "mtime": "1970-01-01T00:00:01.000000000Z",
        },
        {
            "kind": "file",
            "mode": "0600",
            "owner": owner,
            "size": "11",
            "sha256": hashlib.sha256(b"now, longer").hexdigest(),
            "mtime": "1970-01-01T00:00:02.000000000Z",
        },
    )


@pytest.mark.usefixtures("as_ordinary_user")
def test_closed_doors_of_a_test_are_opened_and_those_of_the_baseline_closed_again(root: Path, opened: Open) -> None:
    (root / "reading").mkdir()
    (root / "reading" / "file").write_text("kept")
    (root / "reading" / "file").chmod(0o444)
    (root / "reading").chmod(0o555)
    (root / "open").mkdir()
    (root / "open" / "file").write_text("open")
    store = opened()
    baseline = store.capture()
    (root / "reading").chmod(0o755)
    (root / "reading" / "file").unlink()
    (root / "reading" / "new").mkdir()
    (root / "reading" / "new" / "file").touch()
    (root / "reading" / "new").chmod(0o000)
    (root / "reading").chmod(0o555)
    (root / "open" / "file").chmod(0o000)
    (root / "open").chmod(0o000)
    store.rewind(baseline)
    assert [oct(path.stat().st_mode & 0o777) for path in (root / "reading", root / "reading" / "file")] == [
        "0o555",
        "0o444",
    ]
    assert (root / "open" / "file").read_text() == "open"
    assert store.diff(baseline).is_empty
    (root / "reading").chmod(0o755)


@pytest.mark.usefixtures("as_ordinary_user")
def test_a_folder_that_cannot_be_listed_is_named(root: Path, opened: Open) -> None:
    (root / "closed").mkdir()
    (root / "closed").chmod(0o000)
    with pytest.raises(StoreError) as raised:
        opened().capture()
    assert str(raised.value) == (
        f'Store "media": {root}/closed cannot be captured. Permission denied. '
        "Who runs the tests needs the same rights there as the services that write to it."
    )


def test_the_folder_itself_comes_back(root: Path, opened: Open) -> None:
    fill(root, 3)
    root.chmod(0o750)
    store = opened()
    baseline = store.capture()
    shutil.rmtree(root)
    store.rewind(baseline)
    assert sorted(path.name for path in root.iterdir()) == ["0.txt", "1.txt", "2.txt"]
    assert root.stat().st_mode & 0o777 == 0o750
    assert store.diff(baseline).is_empty


def test_a_folder_that_became_a_link_is_not_followed(root: Path, place: Path, opened: Open) -> None:
    store = opened()
    baseline = store.capture()
    root.rmdir()
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "file").touch()
    root.symlink_to(place / "elsewhere")
    with pytest.raises(StoreError) as raised:
        store.rewind(baseline)
    assert str(raised.value) == (f'Store "media": {root} cannot be put back. It is not a folder any more.')
    assert (place / "elsewhere" / "file").exists()


def test_a_link_is_no_folder_to_look_after(root: Path, place: Path) -> None:
    (place / "link").symlink_to(root)
    with pytest.raises(StoreError) as raised:
        open_store("media", place / "link", nonce="ours", scratch=place / "scratch")
    assert str(raised.value) == (
        f'Store "media": {place / "link"} is a symbolic link. Give the folder that it leads to.'
    )


@pytest.mark.parametrize("nonce", ["theirs", None])
def test_a_folder_without_our_mark_is_left_alone(root: Path, opened: Open, nonce: str | None) -> None:
    store = opened()
    baseline = store.capture()
    (root / "file").touch()
    if nonce is None:
        (root.parent / "media.statusquo-mark").unlink()
    else:
        mark.write(root, nonce)
    with pytest.raises(GuardError) as raised:
        store.rewind(baseline)
    assert raised.value.what == f'Store "media" at {root} is not ours to change.'
    assert (root / "file").exists()


def test_what_an_inner_baseline_alone_needed_is_forgotten_with_it(root: Path, place: Path, opened: Open) -> None:
    fill(root, 3)
    store = opened()
    outer = store.capture()
    (root / "0.txt").write_text("of the inner one")
    store.capture()
    assert len(list((place / "scratch" / "contents").iterdir())) == 4
    store.rewind(outer)
    assert len(list((place / "scratch" / "contents").iterdir())) == 3


def test_a_closed_store_leaves_nothing_in_its_scratch_space(root: Path, place: Path, opened: Open) -> None:
    fill(root, 3)
    store = opened()
    store.capture()
    store.close()
    assert list((place / "scratch").iterdir()) == []


def test_a_saved_baseline_comes_back_in_an_empty_folder_to_the_nanosecond(
    root: Path, place: Path, opened: Open
) -> None:
    (root / "empty").mkdir(mode=0o700)
    (root / "file").write_text("content")
    (root / "file").chmod(0o640)
    (root / "twin").hardlink_to(root / "file")
    (root / "link").symlink_to("./file")
    for name in ("file", "link", "empty"):
        os.utime(root / name, ns=(0, 1_234_567_890_123_456_789), follow_symlinks=False)
    store = opened()
    with tempfile.TemporaryDirectory(dir=place) as saved:
        store.save(store.capture(), Path(saved))
        store.close()
        for path in root.iterdir():
            path.rmdir() if path.is_dir() else path.unlink()
        again = opened()
        baseline = again.resume(Path(saved))
    again.rewind(baseline)
    assert [(root / name).lstat().st_mtime_ns for name in ("file", "link", "empty")] == [1_234_567_890_123_456_789] * 3
    assert (root / "twin").samefile(root / "file")
    assert scan.target(root / "link") == "./file"
    assert [oct((root / name).stat().st_mode & 0o777) for name in ("file", "empty")] == ["0o640", "0o700"]


def test_a_folder_that_became_a_file_is_a_folder_again(root: Path, opened: Open) -> None:
    fill(root, 3)
    store = opened()
    baseline = store.capture()
    shutil.rmtree(root)
    root.write_text("in the way")
    store.rewind(baseline)
    assert [(root / f"{number}.txt").read_text() for number in range(3)] == [f"content {n}" for n in range(3)]


def test_a_folder_that_was_made_anew_in_its_place_is_noticed(root: Path, opened: Open) -> None:
    store = opened()
    baseline = store.capture()
    root.rmdir()
    root.mkdir()  # it may well get the number of the old one
    (root / "new").touch()
    assert [change.item for change in store.diff(baseline).changes][-1] == "new"
    store.rewind(baseline)
    assert list(root.iterdir()) == []


def test_empty_folders_are_state(root: Path, opened: Open) -> None:
    (root / "of the baseline").mkdir()
    store = opened()
    baseline = store.capture()
    (root / "of the baseline").rmdir()
    (root / "of the test" / "and below").mkdir(parents=True)
    assert [(change.kind, change.item) for change in store.diff(baseline).changes] == [
        ("deleted", "of the baseline"),
        ("inserted", "of the test"),
        ("inserted", "of the test/and below"),
    ]
    assert store.rewind(baseline).items == 3
    assert (root / "of the baseline").is_dir()
    assert not (root / "of the test").exists()


def test_contents_are_saved_and_taken_up_without_a_second_copy(root: Path, place: Path, opened: Open) -> None:
    (root / "large").write_bytes(b"x" * 1_000_000)
    store = opened()
    with tempfile.TemporaryDirectory(dir=place) as saved:
        store.save(store.capture(), Path(saved))
        (content,) = (path for path in Path(saved).rglob("*") if path.is_file() and path.stat().st_size == 1_000_000)
        assert content.stat().st_nlink == 2, "the store's own and the saved one are one file"
