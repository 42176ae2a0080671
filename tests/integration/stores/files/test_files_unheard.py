"""Writes that leave little trace: through mappings, names outside, handles older than the store, in moved folders."""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from statusquo.stores.files import mark
from statusquo.stores.files.store import FilesStore, open_store

SHARED_MEMORY = Path("/dev/shm")
PLACES = {"on disk": None, "in memory": SHARED_MEMORY, "scanned": None}
BY_CHOICE = "It was asked for."
pytestmark = pytest.mark.skipif(not SHARED_MEMORY.is_dir(), reason="needs inotify, leases, and a file system in memory")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=PLACES[request.param]) as folder:
        yield Path(folder)


@pytest.fixture
def root(place: Path) -> Path:
    folder = place / "media"
    folder.mkdir()
    mark.write(folder, "ours")
    for number in range(5):
        (folder / f"{number}").write_text("content")
    return folder


@pytest.fixture
def opened(root: Path, place: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], FilesStore]]:
    with ExitStack() as stack:

        def open_one() -> FilesStore:
            store = open_store("media", root, nonce="ours", scratch=place / "scratch")
            stack.callback(store.close)
            if "scanned" in request.node.name:
                store._picture.deaf = BY_CHOICE
            return store

        yield open_one


@pytest.fixture
def store(opened: Callable[[], FilesStore]) -> FilesStore:
    return opened()


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """A file mapped for writing, its first page in memory, with no handle left open."""
    with path.open("r+b") as file:
        memory = mmap.mmap(file.fileno(), 0)
    with memory:
        assert memory[0] is not None
        yield memory


def put_back(store: FilesStore, path: Path) -> None:
    """Rewind to the outermost baseline, which has to find that one file changed."""
    baseline = store._layers._frames[0][0]
    assert [change.item for change in store.diff(baseline).changes] == [path.name]
    assert store.rewind(baseline).items == 1
    assert path.read_text() == "content"
    assert store.rewind(baseline).is_clean


def test_what_was_mapped_and_written_before_the_capture_is_written_again(root: Path, store: FilesStore) -> None:
    with mapped(root / "1") as memory:
        memory[0] = ord("c")
        time.sleep(0.05)
        store.capture()
        for letter in b"xyz":  # the second of them moves no ctime on any file system
            memory[0] = letter
            put_back(store, root / "1")


@pytest.mark.parametrize("is_closed", [True, False], ids=["and closed", "and stays open"])
def test_what_was_mapped_before_the_capture_is_written_before_its_baseline_is_taken_up_again(
    root: Path, tmp_path: Path, opened: Callable[[], FilesStore], is_closed: bool
) -> None:
    with ExitStack() as handles:
        memory = handles.enter_context(mapped(root / "1"))
        memory[0] = ord("c")
        time.sleep(0.05)  # or it would be read because it was written in the tick of the capture
        first = opened()
        first.save(first.capture(), tmp_path)
        memory[0] = ord("x")
        if is_closed:
            handles.close()
        second = opened()
        second.resume(tmp_path)
        put_back(second, root / "1")


def test_what_is_mapped_after_the_capture_is_written_again_and_again(root: Path, store: FilesStore) -> None:
    store.capture()
    with mapped(root / "1") as memory:
        for letter in b"xyz":
            memory[0] = letter
            put_back(store, root / "1")


def test_a_mapping_that_is_gone_when_anybody_looks_is_found(root: Path, store: FilesStore) -> None:
    store.capture()
    with mapped(root / "1") as memory:
        memory[0] = ord("x")
    put_back(store, root / "1")


def test_a_mapping_that_nobody_writes_to_costs_reading_that_file_until_it_is_gone(
    root: Path, store: FilesStore
) -> None:
    with mapped(root / "1"):
        baseline = store.capture()
        assert store.rewind(baseline).is_clean
        assert store._layers.kept[0].written == {"1"}
    assert store.rewind(baseline).is_clean
    assert store._layers.kept[0].written == set()


def test_a_handle_that_is_older_than_the_store_writes(root: Path, opened: Callable[[], FilesStore]) -> None:
    with (root / "1").open("r+b", buffering=0) as file:
        store = opened()
        store.capture()
        for _ in range(2):
            file.seek(0)
            file.write(b"CONTENT")
            put_back(store, root / "1")


@pytest.mark.parametrize("stays", [True, False])
def test_a_name_outside_of_the_folder_is_written_to(root: Path, place: Path, store: FilesStore, stays: bool) -> None:
    store.capture()
    (place / "outside").hardlink_to(root / "1")
    (place / "outside").write_text("CONTENT")
    if not stays:
        (place / "outside").unlink()
    put_back(store, root / "1")
    if stays:
        assert (place / "outside").read_text() == "CONTENT"


def test_a_name_outside_that_is_older_than_the_store_is_written_to(root: Path, place: Path, store: FilesStore) -> None:
    (place / "outside").hardlink_to(root / "1")
    store.capture()
    (place / "outside").write_text("CONTENT")
    put_back(store, root / "1")


def test_a_file_is_written_in_a_folder_that_was_moved_and_came_back(root: Path, store: FilesStore) -> None:
    (root / "in").mkdir()
    (root / "in" / "file").write_text("content")
    baseline = store.capture()
    (root / "in").rename(root / "out")
    (root / "out" / "file").write_text("CONTENT")
    (root / "out" / "new").touch()
    assert [change.item for change in store.diff(baseline).changes] == ["in", "in/file", "out", "out/file", "out/new"]
    (root / "out").rename(root / "in")
    (root / "in" / "file").write_text("again!!")
    assert [change.item for change in store.diff(baseline).changes] == ["in/file", "in/new"]
    store.rewind(baseline)
    assert [path.read_text() for path in (root / "in").iterdir()] == ["content"]
    (root / "in" / "file").write_text("CONTENT")
    assert store.rewind(baseline).items == 1


def test_two_folders_change_places(root: Path, store: FilesStore) -> None:
    for name in ("a", "b"):
        (root / name).mkdir()
        (root / name / "file").write_text(name)
    baseline = store.capture()
    (root / "a").rename(root / "c")
    (root / "b").rename(root / "a")
    (root / "c").rename(root / "b")
    assert [change.item for change in store.diff(baseline).changes] == ["a/file", "b/file"]
    store.rewind(baseline)
    assert [(root / name / "file").read_text() for name in ("a", "b")] == ["a", "b"]
    (root / "a" / "file").write_text("x")
    assert [change.item for change in store.diff(baseline).changes] == ["a/file"]


def test_a_new_folder_in_a_new_folder_is_heard_of_when_it_is_part_of_a_baseline(root: Path, store: FilesStore) -> None:
    store.capture()
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "b" / "file").write_text("content")
    inner = store.capture()
    (root / "a" / "b" / "file").write_text("CONTENT")
    (root / "a" / "b" / "more").touch()
    assert store.rewind(inner).items == 2
    assert (root / "a" / "b" / "file").read_text() == "content"


def test_a_folder_that_was_put_back_is_heard_of(root: Path, store: FilesStore) -> None:
    (root / "a").mkdir()
    (root / "a" / "file").write_text("content")
    baseline = store.capture()
    for _ in range(2):
        shutil.rmtree(root / "a")
        assert store.rewind(baseline).items == 2
        (root / "a" / "file").write_text("CONTENT")
        (root / "a" / "new").touch()
        assert store.rewind(baseline).items == 2


def test_more_than_can_be_heard_is_found_by_looking_at_everything(root: Path, store: FilesStore) -> None:
    baseline = store.capture()
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with (root / "1").open("r+b", buffering=0) as one, (root / "2").open("r+b", buffering=0) as two:
        for _ in range(limit // 2 + 1):
            os.pwrite(one.fileno(), b"C", 0)
            os.pwrite(two.fileno(), b"C", 0)
        (root / "3").unlink()
        assert [change.item for change in store.diff(baseline).changes] == ["1", "2", "3"]
    assert store.rewind(baseline).items == 3
    (root / "4").write_text("CONTENT")
    assert store.rewind(baseline).items == 1
    assert store.why_scanned in {"", BY_CHOICE}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize("place", ["on disk", "in memory"], indirect=True)
def test_what_is_mounted_inside_ends_the_listening_and_the_report_says_so(root: Path, store: FilesStore) -> None:
    (root / "inside").mkdir()
    baseline = store.capture()
    assert store.why_scanned == ""
    subprocess.run(["mount", "-t", "tmpfs", "none", root / "inside"], check=True)
    try:
        (root / "1").write_text("CONTENT")
        store.rewind(baseline)
        assert store.why_scanned == f"Another file system is mounted at {root}/inside."
        assert (root / "1").read_text() == "content"
        (root / "2").write_text("CONTENT")
        rewound = store.rewind(baseline)
        assert rewound.items == 1
        assert rewound.notes == (f"The whole folder is scanned each time: {store.why_scanned}",)
    finally:
        subprocess.run(["umount", root / "inside"], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_file_of_another_user_ends_the_listening(root: Path, place: Path, opened: Callable[[], FilesStore]) -> None:
    for path in (place, root, place / "media.statusquo-mark"):
        os.chown(path, 65534, 65534)
    (root / "1").chmod(0o666)
    os.seteuid(65534)
    try:
        store = opened()
        baseline = store.capture()
        assert store.why_scanned in {
            BY_CHOICE,
            f"{root}/0 belongs to another user: whether somebody has it open for writing, only its owner may ask.",
        }
        (root / "1").write_text("CONTENT")
        assert [change.item for change in store.diff(baseline).changes] == ["1"]
    finally:
        os.seteuid(0)


def test_who_reads_files_makes_nobody_look_at_them(root: Path, store: FilesStore) -> None:
    baseline = store.capture()
    for _ in range(2):
        (root / "1").read_text()
        assert store.rewind(baseline).is_clean
    assert store._layers.kept[0].written == set()
