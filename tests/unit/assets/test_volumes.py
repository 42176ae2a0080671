"""Archives of folders: the same bytes each time, and nothing of a hostile one outside, or half inside."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.assets.volumes import packing, reading, unpacking
from statusquo.assets.volumes.items import Limits
from statusquo.core.errors import DatasetError, MissingProgram
from tests.unit.assets.archives import HOSTILE, archive, member

SUFFIXES = (".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
FILES = {"a.txt": b"hello", "a-b/c.bin": bytes(range(256)) * 300, "a/ü.txt": b"", "a/deep/er/x": b"x", "run.sh": b"#!"}


def fill(root: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def held(root: Path) -> dict[str, bytes | None]:
    return {each.relative_to(root).as_posix(): None if each.is_dir() else each.read_bytes() for each in root.rglob("*")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = fill(tmp_path / "media", FILES)
    (root / "empty").mkdir()
    (root / "run.sh").chmod(0o700)
    return root


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_packed_is_unpacked_and_the_same_files_are_the_same_bytes(
    folder: Path, tmp_path: Path, suffix: str
) -> None:
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    volume, is_written = packing.pack(folder, one)
    assert is_written
    assert reading.read(folder) == volume == reading.read(one)
    again = tmp_path / "again"
    assert unpacking.unpack(one, again) == volume
    assert held(again) == held(folder)
    assert oct((again / "run.sh").stat().st_mode & 0o777) == "0o755"
    packing.pack(again, two)
    assert one.read_bytes() == two.read_bytes()


def test_the_bytes_are_those_of_any_machine(folder: Path, tmp_path: Path) -> None:
    for suffix, digest in ((".tar", TAR), (".tar.bz2", BZ2)):
        packing.pack(folder, tmp_path / f"a{suffix}")
        assert hashlib.sha256((tmp_path / f"a{suffix}").read_bytes()).hexdigest() == digest


TAR = "d62418f6393f796e8d74433c90879169c27927117b399f9553aef9e0af59189d"
BZ2 = "d2f4ac7ae5c97b2b68499c620bf41faab31b457dfdf42b2186bf5b5fd4bb6dc9"


def test_an_archive_that_holds_it_already_is_left_alone(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.tar.gz"
    packing.pack(folder, target)
    raw = gzip.decompress(target.read_bytes())
    target.write_bytes(gzip.compress(raw, 1))  # as another machine's library would
    before = target.read_bytes()
    assert packing.pack(folder, target)[1] is False
    assert target.read_bytes() == before
    (folder / "a.txt").write_text("changed")
    assert packing.pack(folder, target)[1] is True


def test_an_archive_in_another_form_is_written_anew(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.tar.bz2"
    with tarfile.open(target, "w:bz2") as tar:
        tar.add(folder, ".")
    assert not reading.read(target).is_canonical
    assert reading.read(target).digests == reading.read(folder).digests
    assert packing.pack(folder, target)[1] is True
    assert reading.read(target).is_canonical


@given(st.dictionaries(st.from_regex(r"[a-c-]{1,2}(/[a-c-]{1,2}){0,2}", fullmatch=True), st.binary(max_size=9)))
def test_any_folder_comes_back(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    tmp_path = tmp_path_factory.mktemp("any")
    kept = {path: each for path, each in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    root = fill(tmp_path / "media", kept)
    root.mkdir(exist_ok=True)
    packing.pack(root, tmp_path / "a.tar")
    unpacking.unpack(tmp_path / "a.tar", tmp_path / "new")
    assert held(tmp_path / "new") == held(root)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_leaves_nothing(tmp_path: Path, what: str) -> None:
    members, told = HOSTILE[what]
    source = archive(tmp_path / "a.tar", *members)
    for target in (tmp_path / "new", fill(tmp_path / "there", {"kept": b"kept"})):
        with pytest.raises(DatasetError, match=rf"^{source}: {told}"):
            unpacking.unpack(source, target)
    with pytest.raises(DatasetError, match=told):
        reading.read(source)
    assert held(tmp_path).keys() == {"a.tar", "there", "there/kept"}
    assert not Path("/tmp/x.txt").exists()


def test_a_link_that_is_there_already_is_not_followed(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.tar", member("out/x.txt"))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "out").symlink_to(tmp_path)
    with pytest.raises(DatasetError, match=r"new/out is a link, and a folder in the archive\. Remove it, or unpack"):
        unpacking.unpack(source, tmp_path / "new")
    assert {each.name for each in tmp_path.iterdir()} == {"a.tar", "new"}


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    limits = Limits(bytes=2**20, members=10)
    bombs = {
        "large": archive(tmp_path / "large.tar.gz", member("zeros", bytes(2**21)), mode="w:gz"),
        "lying": tmp_path / "lying.tar",
    }
    bombs["lying"].write_bytes(member("a", b"", size=2**60)[0].tobuf() + bytes(1024))
    for bomb in bombs.values():
        with pytest.raises(
            DatasetError, match=r"it unpacks to more than 1,048,576 bytes\. If you trust it, set a higher limit"
        ):
            unpacking.unpack(bomb, tmp_path / "new", limits)
    many = archive(tmp_path / "many.tar", *(member(str(each)) for each in range(20)))
    with pytest.raises(DatasetError, match="it has more than 10 members"):
        unpacking.unpack(many, tmp_path / "new", limits)
    assert not (tmp_path / "new").exists()


def test_a_header_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 2**30
    (tmp_path / "a.tar").write_bytes(info.tobuf() + bytes(1024))
    with pytest.raises(DatasetError, match="a header has more than 1,048,576 bytes"):
        reading.read(tmp_path / "a.tar")


def test_a_map_of_holes_that_never_ends_is_refused(tmp_path: Path) -> None:
    sparse = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a", "GNU.sparse.realsize": "1"}
    holes = b"999999999\n" + b"0\n" * 2**20
    hole, content = member("a", holes, pax_headers=sparse)
    for others in ((), (member("first"),)):
        source = archive(tmp_path / "a.tar.gz", *others, (hole, content), mode="w:gz")
        with pytest.raises(DatasetError, match="a header has more than 1,048,576 bytes"):
            reading.read(source)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_that_is_cut_off_or_damaged_is_refused(folder: Path, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"a{suffix}"
    packing.pack(folder, target)
    whole = target.read_bytes()
    for length in (3, len(whole) // 2, len(whole) - 10_000 if suffix == ".tar" else len(whole) - 5):
        target.write_bytes(whole[:length])
        with pytest.raises(DatasetError):
            unpacking.unpack(target, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_broken_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.tar", member("a"), member("b"), member("c"))
    content = bytearray(source.read_bytes())
    content[1024 + 150] ^= 1  # the checksum of the second
    source.write_bytes(content)
    with pytest.raises(DatasetError, match=r"a\.tar: damaged or cut off after a: there is no end mark where"):
        reading.read(source)


def test_links_and_pipes_are_not_packed(folder: Path, tmp_path: Path) -> None:
    (folder / "a" / "link").symlink_to("deep")
    with pytest.raises(DatasetError, match=r"media: a/link is a link\. Nothing was written\."):
        packing.pack(folder, tmp_path / "a.tar")
    (folder / "a" / "link").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(DatasetError, match="media: pipe is neither a file nor a folder"):
        packing.pack(folder, tmp_path / "a.tar")
    volume, _ = packing.pack(folder, tmp_path / "a.tar", ["pipe", "a"])
    assert volume.digests.keys() == {"a.txt", "a-b/c.bin", "run.sh"}


def test_a_name_that_no_archive_has_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"a\.zip: no archive is called so\. Use one of \.tar, \.tar\.gz"):
        packing.pack(folder, tmp_path / "a.zip")
    assert held(tmp_path).keys() == {"media"} | {f"media/{each}" for each in held(folder)}


def test_zstd_needs_a_library(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(MissingProgram, match=r"cannot read or write zstd\. Run: pip install"):
        packing.pack(folder, tmp_path / "a.tar.zst")


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text("no archive at all, however long it is" * 50)
    with pytest.raises(DatasetError, match=r"a\.tar: no tar archive: .*It must be a tar archive"):
        reading.read(tmp_path / "a.tar")
    with pytest.raises(DatasetError, match=r"cannot be read\. No such file"):
        reading.read(tmp_path / "none.tar")
