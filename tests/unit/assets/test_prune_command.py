"""``statusquo subset`` and ``statusquo prune``: what they write, what they say, and what they leave as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from statusquo.assets import files, formats, sidecar, trace
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.cli import main
from tests.unit.assets.example_datasets import SHOP

USERS = tuple(Record("shop.user", pk, {"name": f"user {pk}"}) for pk in range(1, 33))
TAGS = tuple(Record("shop.tag", pk, {"word": f"word {pk}"}) for pk in range(1, 5))
PLACES = tuple(Record("shop.place", pk, {"owner": pk, "up": None, "tags": [1]}) for pk in (1, 2))
ROWS = (*PLACES, *TAGS, *USERS)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a dataset in canonical form and its lock."""
    monkeypatch.chdir(tmp_path)
    write = formats.FORMATS[0].write
    assert write
    (tmp_path / "data.json").write_text(write(ROWS))
    (tmp_path / "data.lock.json").write_text(sidecar.write(sidecar.build(Dataset(ROWS, SHOP))))
    return tmp_path


def run(*words: str) -> int:
    return main.main([*words])


def left(path: str = "data.json") -> list[str]:
    stored = files.read(Path(path))
    assert stored.lock == sidecar.build(stored.dataset, stored.lock)
    return [each.subject for each in stored.dataset.records]


def suite_that_needs(project: Path, *needed: str) -> list[str]:
    """A command that passes while the rows are in the data, and counts its runs."""
    script = (
        "import json, pathlib, sys\n"
        "with open('runs', 'a') as runs: runs.write('.')\n"
        "there = {f'{r[\"model\"]}:{r[\"pk\"]}' for r in json.loads(pathlib.Path('data.json').read_text())}\n"
        f"missing = {set(needed)!r} - there\n"
        "print(missing)\n"
        "sys.exit(bool(missing))\n"
    )
    (project / "tests.py").write_text(script)
    return [sys.executable, "tests.py"]


def traced(*rows: tuple[str, Json]) -> str:
    Path("rows.jsonl").write_text(trace.write(rows))
    return "rows.jsonl"


def test_a_subset_says_why_each_model_is_in(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("subset", "data.json", "small.yaml", "--root", "shop.place:2", "--follow-m2m") == 0
    assert capsys.readouterr().out.splitlines() == [
        "shop.place: 1 of 2 rows, as shop.place:2",
        "shop.tag: 1 of 4 rows, as shop.place:2.tags → shop.tag:1",
        "shop.user: 1 of 32 rows, as shop.place:2.owner → shop.user:2",
    ]
    assert left("small.yaml") == ["shop.place:2", "shop.tag:1", "shop.user:2"]
    assert run("subset", "data.json", "small.yaml", "--root", "shop.place") == 10
    assert (
        run("subset", "data.json", "small.yaml", "--root", "shop.user:1", "--down", "shop.place.owner=1", "--force")
        == 0
    )
    assert left("small.yaml") == ["shop.place:1", "shop.user:1"]
    capsys.readouterr()
    for words, told in (
        (
            ("--down", "shop.place.onwer"),
            "--down shop.place.onwer: there is no field 'shop.place.onwer' of these data.",
        ),
        (("--down", "shop.place.owner=x"), "--down shop.place.owner=x: 'x' is no number of rows."),
    ):
        assert run("subset", "data.json", "no.json", "--root", "shop.user", *words) == 2
        assert told in capsys.readouterr().err


def test_prune_says_what_goes_and_what_with_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / "data.json").read_bytes()
    assert run("prune", "data.json", "--model", "shop.t*", "--dry-run") == 0
    assert (project / "data.json").read_bytes() == before
    assert capsys.readouterr().out == "shop.tag: 4 rows, 244 bytes\n"
    assert run("prune", "data.json", "--model", "shop.t*") == 0
    assert files.read(Path("data.json")).dataset.records[0].fields["tags"] == []
    assert run("prune", "data.json", "--orphans") == 10
    assert "Name them in the configuration: lint.roots." in capsys.readouterr().err
    (project / "statusquo.toml").write_text("[lint]\nroots = ['shop.place']\n")
    assert run("prune", "data.json", "--orphans", "--noise", "--dangling") == 0
    assert left() == ["shop.place:1", "shop.place:2", "shop.user:1", "shop.user:2"]
    assert run("prune", "data.json") == 2
    assert run("prune", "data.json", "--unused", "statusquo.toml") == 2


def test_what_no_test_reads_goes_as_far_as_the_tests_pass(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = traced(("shop.place", 1), ("shop.place", 1), ("shop.User", 5))
    assert run("lint", "data.json", "--trace", seen) == 0
    assert "info F033 shop.user: 30 of 32 rows were read by no test, first shop.user:2." in capsys.readouterr().out
    command = suite_that_needs(project, "shop.user:20", "shop.tag:4")
    assert run("prune", "data.json", "--unused", seen, "--", *command) == 0
    said = capsys.readouterr()
    kept = left()
    assert {"shop.place:1", "shop.tag:1", "shop.tag:4", "shop.user:1", "shop.user:5", "shop.user:20"} <= {*kept}
    assert "shop.place:2" not in kept
    assert len(kept) <= 7
    assert "shop.tag: 2 rows" in said.out
    assert f"The tests ran {len((project / 'runs').read_text())} times." in said.err


def test_the_tests_run_only_so_often(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = suite_that_needs(project, "shop.user:20")
    assert run("prune", "data.json", "--unused", traced(("shop.place", 1)), "--runs", "2", "--", *command) == 0
    assert (project / "runs").read_text() == ".."
    assert left() == [each.subject for each in ROWS]
    assert "The tests ran 2 times; it may not run more often: --runs" in capsys.readouterr().err


def test_tests_that_fail_as_it_is_prove_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / "data.json").read_bytes()
    command = suite_that_needs(project, "shop.user:99")
    assert run("prune", "data.json", "--unused", traced(("shop.place", 1)), "--", *command) == 10
    assert "fails with the data as they are. Make it pass first.\n    {'shop.user:99'}" in capsys.readouterr().err
    assert run("prune", "data.json", "--unused", "rows.jsonl", "--", "no-such-program") == 3
    assert (project / "data.json").read_bytes() == before


def test_an_interrupted_trial_leaves_the_data_as_they_were(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from statusquo.cli import proving  # noqa: PLC0415 - what is broken off

    before = {each.name: each.read_bytes() for each in project.glob("data*")}
    run_tests = proving.Trial._run

    def interrupted(self: proving.Trial) -> object:
        if self.runs == 1:
            assert (project / "data.json").read_bytes() != before["data.json"]
            raise KeyboardInterrupt
        return run_tests(self)

    monkeypatch.setattr(proving.Trial, "_run", interrupted)
    command = suite_that_needs(project)
    assert run("prune", "data.json", "--unused", traced(("shop.place", 1)), "--", *command) == 130
    assert {each.name: each.read_bytes() for each in project.glob("data*")} == before


@pytest.mark.parametrize("line", ["x", '{"model": "shop.user"}', '{"model": 1, "pk": 1}', "[]"])
def test_a_trace_that_is_none_is_refused(project: Path, capsys: pytest.CaptureFixture[str], line: str) -> None:
    (project / "rows.jsonl").write_text(trace.write([("shop.user", 1)]) + line)
    assert run("lint", "data.json", "--trace", "rows.jsonl") == 10
    assert capsys.readouterr().err.startswith("Error: rows.jsonl:2: ")
