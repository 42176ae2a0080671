"""What can go wrong while a folder is put back, and what a file can be besides bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from statusquo.core.baseline import Baseline
from statusquo.core.errors import NotExact, StoreError
from statusquo.stores.files import copying, mark, reach
from statusquo.stores.files.store import FilesStore, open_store

Open = Callable[[], FilesStore]

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")

REWIND = """
import sys
from pathlib import Path
from statusquo.stores.files.store import open_store
root, saved, scratch = map(Path, sys.argv[1:])
store = open_store("media", root, nonce="ours", scratch=scratch)
baseline = store.resume(saved)
print("ready", flush=True)
store.rewind(baseline)
"""
WRITE = """
import os, sys
file = os.open(sys.argv[1], os.O_WRONLY)
print("ready", flush=True)
while True:
    os.pwrite(file, b"theirs", 0)
"""


@contextmanager
def program(text: str, *arguments: Path) -> Iterator[subprocess.Popen[str]]:
    """A Python program that has said it is ready, ended at the end."""
    argv = [sys.executable, "-c", text, *map(str, arguments)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            yield running
        finally:
            running.kill()


def rewind_often(store: FilesStore, baseline: Baseline) -> None:
    for _ in range(5000):
        store.rewind(baseline)


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("milliseconds", [0, 3, 10, 25, 60])
def test_a_rewind_that_was_killed_is_done_by_the_next_run(
    root: Path, opened: Open, tmp_path: Path, milliseconds: int
) -> None:
    for number in range(300):
        (root / f"{number}").write_bytes(bytes([number % 256]) * 50_000)
    store = opened()
    store.save(store.capture(), tmp_path)
    store.close()
    then = contents(root)
    for path in list(root.iterdir())[::2]:
        path.write_bytes(b"x")
    for number in range(1, 300, 3):
        (root / f"{number}").unlink(missing_ok=True)
        (root / f"new {number}").touch()
    with program(REWIND, root, tmp_path, root.parent / "theirs") as theirs:
        time.sleep(milliseconds / 1000)
        theirs.send_signal(signal.SIGKILL)
        theirs.wait()
    again = opened()
    again.rewind(again.resume(tmp_path))
    assert contents(root) == then


@linux
@as_root
def test_a_full_disk_is_named_and_the_next_rewind_makes_up_for_it(tmp_path: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", tmp_path], check=True)
    try:
        root = tmp_path / "media"
        root.mkdir()
        mark.write(root, "ours")
        (root / "file").write_bytes(b"a" * 300_000)
        (root / "other").write_bytes(b"a")
        with tempfile.TemporaryDirectory() as scratch:
            store = open_store("media", root, nonce="ours", scratch=Path(scratch))
            baseline = store.capture()
            (root / "file").unlink()
            (root / "other").write_bytes(b"b")
            (tmp_path / "hog").write_bytes(bytes(900_000))
            with pytest.raises(StoreError) as raised:
                store.rewind(baseline)
            assert str(raised.value) == f'Store "media": {root}/file cannot be put back. No space left on device.'
            (tmp_path / "hog").unlink()
            assert store.rewind(baseline).items == 2
            assert contents(root) == {"file": b"a" * 300_000, "other": b"a"}
            store.close()
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_file_that_somebody_writes_to_all_the_time_is_put_back_or_named(root: Path, opened: Open) -> None:
    (root / "log").write_text("ours, and longer")
    store = opened()
    baseline = store.capture()
    with program(WRITE, root / "log") as theirs:
        with pytest.raises(NotExact) as raised:
            rewind_often(store, baseline)  # now and then it is quick enough
        assert str(raised.value) == (
            f'Store "media": {root}/log cannot be put back: somebody goes on changing it. '
            "5 times it was not as the baseline has it right after it was written. "
            f"Open for writing in: {psutil.Process(theirs.pid).name()} (pid {theirs.pid}). "
            "Let a test wait until the services are done with it, or stop them while the stack is rewound."
        )
    assert store.rewind(baseline).items == 1
    assert (root / "log").read_text() == "ours, and longer"


def test_two_programs_that_put_back_the_same_folder_succeed_or_say_so_and_the_next_one_does(
    root: Path, place: Path, tmp_path: Path
) -> None:
    def put_back(store: FilesStore, to: Baseline) -> None:
        with suppress(StoreError):  # each is somebody who goes on writing for the other
            store.rewind(to)

    for number in range(50):
        (root / f"{number}").write_text("ours")
    first, second = (open_store("media", root, nonce="ours", scratch=place / name) for name in ("one", "two"))
    baseline = first.capture()
    first.save(baseline, tmp_path)
    resumed = second.resume(tmp_path)
    for _ in range(10):
        for number in range(0, 50, 3):
            (root / f"{number}").write_text("theirs")
        (root / "new").touch()
        threads = [
            threading.Thread(target=put_back, args=(first, baseline)),
            threading.Thread(target=put_back, args=(second, resumed)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first.rewind(baseline)
        second.rewind(resumed)
        assert set(contents(root).values()) == {b"ours"}
        assert first.diff(baseline).is_empty
        assert second.diff(resumed).is_empty
    first.close()
    second.close()


@linux
def test_a_program_that_is_running_runs_on_and_its_file_is_back(root: Path, opened: Open) -> None:
    sleep = shutil.which("sleep")
    assert sleep is not None
    (root / "program").write_text("not a program yet")
    (root / "program").chmod(0o755)
    store = opened()
    baseline = store.capture()
    shutil.copyfile(sleep, root / "program")
    with subprocess.Popen([root / "program", "60"]) as running:
        assert store.rewind(baseline).items == 1
        assert running.poll() is None
        running.kill()
    assert (root / "program").read_text() == "not a program yet"
    assert (root / "program").stat().st_mode & 0o777 == 0o755
    assert store.diff(baseline).is_empty


@linux
def test_extended_attributes_come_back_and_are_shown(root: Path, opened: Open, tmp_path: Path) -> None:
    for name in ("file", "other"):
        (root / name).touch()
    os.setxattr(root / "file", "user.kind", b"photo")
    os.setxattr(root / "file", "user.lost", b"")
    os.setxattr(root, "user.root", b"1")
    store = opened()
    baseline = store.capture()
    os.setxattr(root / "file", "user.kind", b"video")
    os.removexattr(root / "file", "user.lost")
    os.setxattr(root / "other", "user.new", b"1")
    os.setxattr(root, "user.root", b"2")
    of_root, of_file, _ = store.diff(baseline).changes
    assert of_file.before is not None
    assert of_file.after is not None
    assert of_root.before is not None
    assert of_root.before["xattr user.root"] == "b'1'"
    assert (of_file.before["xattr user.kind"], of_file.after["xattr user.kind"]) == ("b'photo'", "b'video'")
    assert ("xattr user.lost" in of_file.before, "xattr user.lost" in of_file.after) == (True, False)
    assert store.rewind(baseline).items == 3
    assert {name: os.getxattr(root / "file", name) for name in os.listxattr(root / "file")} == {
        "user.kind": b"photo",
        "user.lost": b"",
    }
    assert (os.listxattr(root / "other"), os.getxattr(root, "user.root")) == ([], b"1")
    store.save(baseline, tmp_path)
    (root / "file").unlink()
    again = opened()
    again.rewind(again.resume(tmp_path))
    assert os.getxattr(root / "file", "user.kind") == b"photo"


@linux
def test_holes_stay_holes_and_what_was_written_into_them_goes(root: Path, opened: Open, tmp_path: Path) -> None:
    size = 64 << 20
    with (root / "sparse").open("wb") as file:
        file.truncate(size)
        file.seek(size // 2)
        file.write(b"data")
    blocks = (root / "sparse").stat().st_blocks
    store = opened()
    baseline = store.capture()
    store.save(baseline, tmp_path)
    with (root / "sparse").open("r+b") as file:
        file.seek(size // 4)
        file.write(b"x" * 100_000)
    inode = (root / "sparse").stat().st_ino
    assert store.rewind(baseline).items == 1
    assert ((root / "sparse").stat().st_ino, (root / "sparse").stat().st_size) == (inode, size)
    assert (root / "sparse").stat().st_blocks <= blocks + 16
    assert store.diff(baseline).is_empty
    (root / "sparse").unlink()
    again = opened()
    again.rewind(again.resume(tmp_path))
    assert (root / "sparse").stat().st_blocks <= blocks + 16
    assert store.diff(baseline).is_empty


@linux
def test_only_what_changed_is_read_however_much_there_is(root: Path, opened: Open) -> None:
    for number in range(20):
        (root / f"{number}").write_bytes(bytes([number]) * 1_000_000)
    store = opened()
    baseline = store.capture()
    with (root / "3").open("r+b") as file:
        file.write(b"x")
    before = bytes_read()
    store.rewind(baseline)
    assert bytes_read() - before < 4_000_000  # to compare, to restore, to read back
    store.rewind(baseline)
    before = bytes_read()
    store.rewind(baseline)
    assert bytes_read() - before < 10_000


def bytes_read() -> int:
    facts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(facts["rchar"])


def test_a_link_on_the_way_is_an_error_and_not_a_way_out(root: Path, place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "file").touch()
    (root / "folder").symlink_to(place / "elsewhere")
    for path in ("folder/file", "folder/deeper/file"):
        with pytest.raises(NotADirectoryError) as raised, reach.place(root, path):
            pass
        assert raised.value.filename == str(root / path)


@pytest.mark.parametrize("size", [0, 1, 4096, 3_000_000])
@pytest.mark.parametrize("before", [0, 1, 5000, 5_000_000])
def test_a_content_takes_the_place_of_another(tmp_path: Path, size: int, before: int) -> None:
    (tmp_path / "source").write_bytes(os.urandom(size))
    (tmp_path / "target").write_bytes(os.urandom(before))
    source = os.open(tmp_path / "source", os.O_RDONLY)
    target = os.open(tmp_path / "target", os.O_RDWR)
    copying.put_back(source, target)
    assert copying.digest(source) == copying.digest(target)
    assert (tmp_path / "target").read_bytes() == (tmp_path / "source").read_bytes()
    os.close(source)
    os.close(target)
