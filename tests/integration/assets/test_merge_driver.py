"""``git merge`` with our driver in a real repository, ``statusquo merge`` in one in conflict, and three files."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from statusquo.assets import files, formats, references, schema, sidecar
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.formats import jsontext
from statusquo.assets.schema import Field, Model
from statusquo.cli import main
from tests.unit.assets.example_datasets import SHOP

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]
ANN = Record("shop.user", 1, {"name": "ann"})
BOB = Record("shop.user", 2, {"name": "bob"})


def place(pk: int, **fields: Json) -> Record:
    return Record("shop.place", pk, {"owner": 1, "up": None, "tags": [], **fields})


class Repository:
    """A repository with one dataset, and the branches that a test makes."""

    def __init__(self, top: Path, name: str, base: Dataset, *, lock: bool = True) -> None:
        self.top, self.path, self.lock = top, top / name, lock
        self.git("init", "-q", "-b", "main")
        self.commit(base, "base")

    def git(self, *words: str) -> subprocess.CompletedProcess[str]:
        who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
        return subprocess.run(["git", *who, *words], cwd=self.top, capture_output=True, text=True, check=False)

    def commit(self, dataset: Dataset, message: str) -> None:
        write = formats.of(self.path).write
        assert write
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(write(dataset.records))
        if self.lock:
            sidecar.path_of(self.path).write_text(sidecar.write(sidecar.build(dataset)))
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def branches(self, ours: Dataset, theirs: Dataset) -> None:
        self.git("branch", "theirs")
        self.commit(ours, "ours")
        self.git("checkout", "-q", "theirs")
        self.commit(theirs, "theirs")
        self.git("checkout", "-q", "main")

    def status(self) -> str:
        return self.git("status", "--porcelain", "--untracked-files=no").stdout


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("GIT")]:
        monkeypatch.delenv(name)


def data(*records: Record) -> Dataset:
    return Dataset(records, SHOP)


def statusquo(*words: str | Path) -> int:
    return main.main(["-q", *map(str, words)])


def is_locked(path: Path) -> bool:
    stored = files.read(path)
    return bool(stored.lock) and stored.lock == sidecar.build(stored.dataset, stored.lock)


@pytest.mark.parametrize("suffix", ["json", "jsonl", "yaml"])
def test_two_branches_that_add_the_next_key_merge_clean(tmp_path: Path, suffix: str) -> None:
    repository = Repository(tmp_path, f"data.{suffix}", data(ANN, BOB))
    assert statusquo("install-merge-driver") == 0
    repository.branches(data(ANN, BOB, place(1)), data(ANN, BOB, place(1, owner=2), place(2, up=1)))
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert files.read(repository.path).dataset.records == (place(1), place(2, up=3), place(3, owner=2), ANN, BOB)
    assert is_locked(repository.path)
    assert not repository.status()


def test_a_real_conflict_leaves_markers_and_is_named(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN, place(1)))
    assert statusquo("install-merge-driver") == 0
    repository.branches(data(ANN, BOB, place(1, owner=2)), data(ANN, place(1, owner=None)))
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 1
    named = "shop.place:1: both sides changed owner (1 to 2 and null)"
    assert named in merged.stdout + merged.stderr
    text = repository.path.read_text()
    assert '<<<<<<< ours\n      "owner": 2,\n||||||| base\n      "owner": 1,\n=======\n      "owner": null,\n' in text
    assert statusquo("convert", repository.path, tmp_path / "new.json") == 10


@pytest.mark.parametrize(
    ("theirs", "named"),
    [
        (data(Record("shop.user", 1, {"name": "zoe"}), BOB), "shop.user:1: one side deleted it, the other changed it"),
        (data(ANN, BOB, place(1)), "shop.user:1: one side deleted it, the other refers to it"),
    ],
)
def test_a_deletion_that_the_other_branch_contradicts_is_a_conflict(
    tmp_path: Path, theirs: Dataset, named: str
) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN, BOB))
    assert statusquo("install-merge-driver") == 0
    repository.branches(data(BOB), theirs)
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 1
    assert named in merged.stdout + merged.stderr


def test_a_repository_in_conflict_is_merged_without_the_driver(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    repository.branches(data(ANN, place(1)), data(ANN, BOB, place(1, owner=2)))
    assert repository.git("merge", "theirs").returncode == 1
    assert statusquo("merge") == 0
    assert files.read(repository.path).dataset.records == (place(1), place(2, owner=2), ANN, BOB)
    assert is_locked(repository.path)
    assert "UU" not in repository.status()
    assert statusquo("merge", "--index") == 0


def test_commits_are_replayed_picked_and_taken_back_as_they_are_merged(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    assert statusquo("install-merge-driver") == 0
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "driver")
    repository.branches(data(ANN, place(1)), data(ANN, BOB, place(1, owner=2)))
    both = (place(1), place(2, owner=2), ANN, BOB)
    for words, branch, rows in (
        (("cherry-pick", "theirs"), "main", both),
        (("rebase", "-q", "main"), "theirs", both),
        (("revert", "--no-edit", "main"), "merged", (place(2, owner=2), ANN, BOB)),
    ):
        if branch == "merged":
            repository.git("checkout", "-q", "-b", "merged", "main")
            repository.git("merge", "-q", "theirs")
        else:
            repository.git("checkout", "-q", "-B", "here", branch)
        done = repository.git(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert files.read(repository.path).dataset.records == rows
        assert is_locked(repository.path)
        assert not repository.status()


def test_branches_that_merged_each_other_are_merged_again(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    assert statusquo("install-merge-driver") == 0
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "driver")
    repository.branches(data(ANN, place(1)), data(ANN, BOB, place(1, owner=2)))
    repository.git("branch", "other", "theirs")
    for branch, merged in (("main", "theirs"), ("other", "main~1")):
        repository.git("checkout", "-q", branch)
        done = repository.git("merge", "-q", "--no-edit", merged)
        assert done.returncode == 0, done.stdout + done.stderr
    repository.git("checkout", "-q", "main")
    repository.git("merge", "--no-edit", "other")
    assert statusquo("merge") == 0
    owners = [
        each.fields["owner"] for each in files.read(repository.path).dataset.records if each.model == "shop.place"
    ]
    assert sorted(map(str, owners)) == ["1", "2"]
    assert is_locked(repository.path)
    assert "U" not in repository.status()


def split(repository: Repository, branches: dict[str, Dataset]) -> Path:
    """The folder that the data are in, a file for each model, and what branches made of them."""
    folder = repository.top / "split"
    rows = files.read(repository.path).dataset
    for branch, dataset in {"base": rows, **branches}.items():
        if branch != "base":
            repository.git("checkout", "-q", branch)
        repository.path.write_text(jsontext.write(dataset.records))
        sidecar.path_of(repository.path).write_text(sidecar.write(sidecar.build(dataset)))
        assert statusquo("convert", "data.json", "split", "--split", "model", "--force") == 0
        repository.path.unlink()
        sidecar.path_of(repository.path).unlink()
        if branch == "base":
            assert statusquo("install-merge-driver", "split") == 0
        repository.git("add", "-A")
        repository.git("commit", "-q", "-m", branch)
        if branch == "base":
            repository.git("branch", "theirs")
    repository.git("checkout", "-q", "main")
    return folder


def test_a_split_dataset_is_merged_by_git_where_its_files_agree(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    folder = split(repository, {"main": data(ANN, place(1)), "theirs": data(ANN, BOB, place(1, owner=1, up=1))})
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert files.read(folder).dataset.records == (place(1), place(2, up=2), ANN, BOB)
    assert is_locked(folder)


def test_a_split_dataset_is_merged_as_a_whole_where_a_key_moves_in_another_file(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    cid = Record("shop.user", 2, {"name": "cid"})
    folder = split(repository, {"main": data(ANN, BOB), "theirs": data(ANN, cid, place(1, owner=2))})
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 1, "the file of places, which only one side changed, would say bob"
    assert statusquo("merge") == 0
    found = files.read(folder)
    assert found.dataset.records == (place(1, owner=3), ANN, BOB, replace(cid, pk=3))
    assert is_locked(folder)
    assert "U" not in repository.status()


def test_a_row_that_is_renamed_in_another_file_than_what_names_it_is_a_conflict_of_the_lock(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    zoe = Record("shop.user", 1, {"name": "zoe"})
    folder = split(repository, {"main": data(zoe), "theirs": data(ANN, place(1, owner=["ann"]))})
    assert repository.git("merge", "theirs").returncode == 1
    assert statusquo("merge") == 0
    assert files.read(folder).dataset.records == (place(1, owner=["zoe"]), zoe)
    assert is_locked(folder)


def test_without_a_lock_a_key_that_both_took_is_a_conflict_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN), lock=False)
    assert statusquo("install-merge-driver", "data.json") == 0
    repository.branches(data(ANN, BOB), data(ANN, Record("shop.user", 2, {"name": "cid"})))
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 1
    assert "data.lock.json is missing" in " ".join((merged.stdout + merged.stderr).split())


def test_what_cannot_be_read_is_left_to_people_with_all_of_both_sides(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN), lock=False)
    assert statusquo("install-merge-driver", "data.json") == 0
    repository.branches(data(ANN, BOB), data(ANN, Record("shop.user", 2, {"name": "cid"}), Record("shop.user", 2, {})))
    assert repository.git("merge", "theirs").returncode == 1
    assert all(name in repository.path.read_text() for name in ('"bob"', '"cid"', "<<<<<<< ours"))


def test_the_driver_is_installed_once(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    (tmp_path / ".gitattributes").write_text("*.png binary")
    for _ in range(2):
        assert statusquo("install-merge-driver") == 0
    expected = "*.png binary\n/data.json merge=statusquo\n/data.lock.json merge=statusquo\n"
    assert (tmp_path / ".gitattributes").read_text() == expected
    assert "merge %O %A %B --path %P" in repository.git("config", "merge.statusquo.driver").stdout


def three(tmp_path: Path, *versions: Dataset) -> list[Path]:
    paths = [tmp_path / f"{name}.json" for name in ("base", "ours", "theirs")]
    for path, dataset in zip(paths, versions, strict=True):
        path.write_text(formats.FORMATS[0].write(dataset.records))  # type: ignore[misc]  # it has one
        sidecar.path_of(path).write_text(sidecar.write(sidecar.build(dataset)))
    return paths


def test_three_files_are_merged_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = three(tmp_path, data(), data(ANN), data(Record("shop.user", 1, {"name": "bob"})))
    assert statusquo("merge", *paths) == 0
    assert capsys.readouterr().out.count('"pk"') == 2
    assert statusquo("merge", *paths, "-o", tmp_path / "new.json") == 0
    assert files.read(tmp_path / "new.json").dataset.records == (ANN, BOB)
    assert is_locked(tmp_path / "new.json")
    assert statusquo("merge", paths[0]) == 2


def test_rows_that_lack_migrations_of_the_other_branch_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = three(tmp_path, data(ANN), data(ANN), data(ANN, BOB))
    for path, name in zip(paths, ("0001", "0002", "0001"), strict=True):
        lock = replace(sidecar.build(files.read(path).dataset), migrations={"shop": (name,)})
        sidecar.path_of(path).write_text(sidecar.write(lock))
    assert statusquo("merge", *paths) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith("Warning: shop: rows that theirs changed have not been through 0002. Carry them first, with")


@pytest.mark.parametrize(
    ("source", "model", "key"),
    [
        (ROOT / "examples/annotation/assets/data.json", "accounts.user", "username"),
        (ROOT / "tests/data/bakerydemo.json", "breads.country", "title"),
    ],
)
def test_real_data_take_a_row_of_each_branch(tmp_path: Path, source: Path, model: str, key: str) -> None:
    base = files.read(source).dataset
    known = schema.of(*(Model(label, fields=(Field(key, "text"),) if label == model else ()) for label in base.counts))
    base = Dataset(base.records, known)
    last = max((each for each in base.records if each.model == model), key=lambda each: int(str(each.pk)))
    new = [replace(last, pk=int(str(last.pk)) + 1, fields={**last.fields, key: name}) for name in ("one", "two")]
    repository = Repository(tmp_path, "data.json", base)
    assert statusquo("install-merge-driver") == 0
    repository.branches(*(base.having([*base.records, each]) for each in new))
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    found = files.read(repository.path).dataset
    assert len(found.records) == len(base.records) + 2
    assert {each.fields[key] for each in found.records if each.model == model} >= {"one", "two"}
    assert not references.dangling(found)


Files = dict[str, str]


def write_files(top: Path, **contents: str) -> None:
    """A folder of just these files, packed beside the data, and noted in their lock."""
    media = top / "media"
    for each in media.glob("*") if media.exists() else ():
        each.unlink()
    media.mkdir(exist_ok=True)
    for name, content in contents.items():
        (media / name).write_text(content)
    assert statusquo("volume", "pack", media, top / "media.tar.bz2", "--data", top / "data.json") == 0


def branches_of_files(repository: Repository, base: Files, ours: Files, theirs: Files) -> None:
    (repository.top / ".gitignore").write_text("media\nnew\n")

    def commit(files: dict[str, str]) -> None:
        write_files(repository.top, **files)
        repository.git("add", "-A")
        repository.git("commit", "-qm", "files")

    commit(base)
    assert statusquo("install-merge-driver") == 0
    repository.git("add", "-A")
    repository.git("commit", "-qm", "driver")
    repository.git("branch", "theirs")
    commit(ours)
    repository.git("checkout", "-q", "theirs")
    commit(theirs)
    repository.git("checkout", "-q", "main")


def test_archives_are_merged_by_file_with_their_lock(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    branches_of_files(repository, {"a": "1", "b": "1"}, {"a": "2", "b": "1", "c": "1"}, {"a": "1", "d": "1"})
    assert repository.git("diff", "HEAD~", "--", "media.tar.bz2").stdout.count("\n+") == 3
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert statusquo("volume", "unpack", "media.tar.bz2", "new") == 0
    assert {each.name: each.read_text() for each in (tmp_path / "new").iterdir()} == {"a": "2", "c": "1", "d": "1"}
    assert statusquo("lint", "data.json") == 0
    assert not repository.status()


def test_a_file_that_both_changed_is_a_conflict_that_keeps_ours(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    branches_of_files(repository, {"a": "1"}, {"a": "2", "c": "1"}, {"a": "3", "d": "1"})
    merged = repository.git("merge", "theirs")
    assert merged.returncode == 1
    assert "media.tar.bz2: a: both sides changed it; it is ours now" in merged.stdout + merged.stderr
    assert "UU media.tar.bz2" in repository.status()
    assert statusquo("merge") == 1
    assert "media.tar.bz2: a: both sides changed it" in capfd.readouterr().err
    assert statusquo("volume", "unpack", "media.tar.bz2", "new") == 0
    assert {each.name: each.read_text() for each in (tmp_path / "new").iterdir()} == {"a": "2", "c": "1", "d": "1"}


def test_archives_in_conflict_are_merged_without_the_driver(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    branches_of_files(repository, {"a": "1"}, {"a": "1", "c": "1"}, {"a": "1", "d": "1"})
    repository.git("config", "--remove-section", "merge.statusquo")
    assert repository.git("merge", "theirs").returncode == 1
    assert statusquo("merge") == 0
    assert "UU" not in repository.status()
    assert statusquo("volume", "unpack", "media.tar.bz2", "new") == 0
    assert {each.name for each in (tmp_path / "new").iterdir()} == {"a", "c", "d"}
    assert statusquo("lint", "data.json") == 0
    assert statusquo("merge", "new", "new", "media.tar.bz2", "-o", "out.tar") == 0
    assert statusquo("merge", "media.tar.bz2", "media.tar.bz2", "new") == 2


def decide(path: Path) -> None:
    """Keep theirs of each conflict, as a person would in an editor."""
    kept, is_kept = [], True
    for line in path.read_text().splitlines(keepends=True):
        is_kept = line.startswith(("=======", ">>>>>>>")) or (is_kept and not line.startswith("<<<<<<<"))
        if is_kept and line[:7] not in {"=======", ">>>>>>>"}:
            kept.append(line)
    path.write_text("".join(kept))


@pytest.mark.parametrize("has_driver", [True, False])
def test_resolve_finishes_what_people_decided(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], has_driver: bool
) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN, place(1)))
    if has_driver:
        assert statusquo("install-merge-driver") == 0
    repository.branches(data(ANN, BOB, place(1, owner=2)), data(ANN, place(1, owner=None)))
    assert repository.git("merge", "theirs").returncode == 1
    assert statusquo("resolve") == 10
    assert "data.json: conflict markers at line" in capfd.readouterr().err
    assert "UU data.json" in repository.status()
    decide(repository.path)
    assert statusquo("resolve", "data.json") == 0
    assert "UU" not in repository.status()
    assert place(1, owner=None) in files.read(repository.path).dataset.records
    assert is_locked(repository.path)
    assert statusquo("resolve") == 0


def test_resolve_leaves_what_is_wrong_in_conflict(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN, place(1)))
    repository.branches(data(ANN, BOB, place(1, owner=2)), data(ANN, place(1, owner=None)))
    assert repository.git("merge", "theirs").returncode == 1
    decide(repository.path)
    repository.path.write_text(repository.path.read_text().replace('"owner": null', '"owner": 7'))
    assert statusquo("resolve") == 1
    assert "error F010 shop.place:1.owner refers to shop.user 7" in capfd.readouterr().out
    assert "UU data.json" in repository.status()


def test_the_keys_that_changed_are_written_for_others(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "data.json", data(ANN))
    repository.branches(data(ANN, place(1)), data(ANN, BOB, place(1, owner=2)))
    assert repository.git("merge", "theirs").returncode == 1
    assert statusquo("merge", "--pk-map", "keys.json") == 0
    (moved,) = json.loads((tmp_path / "keys.json").read_text())
    assert moved == {"side": "theirs", "model": "shop.place", "before": 1, "after": 2}
    assert statusquo("renumber", "data.json", "shop.place", "--start", "7", "--pk-map", "keys.json") == 0
    assert [each["after"] for each in json.loads((tmp_path / "keys.json").read_text())] == [7, 8]
