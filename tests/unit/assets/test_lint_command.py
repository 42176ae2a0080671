"""``statusquo lint``: which data, which output, which exit code, and what --fix writes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from statusquo.assets import files, formats, lint, sidecar
from statusquo.assets.dataset import Dataset, Record
from statusquo.cli import main
from tests.unit.assets.example_datasets import SHOP

ROOT = Path(__file__).parents[3]
ROWS = (
    Record("shop.user", 2, {"name": "bob"}),
    Record("shop.user", 1, {"name": "ann"}),
    Record("shop.place", 1, {"owner": 3, "up": None, "tags": [7]}),
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a dataset and its lock, nothing else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.json").write_text(formats.FORMATS[0].write(ROWS))  # type: ignore[misc]  # it has one
    (tmp_path / "data.lock.json").write_text(sidecar.write(sidecar.build(Dataset(ROWS, SHOP))))
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    code = main.main(["lint", *words])
    return code, capsys.readouterr().out.splitlines()


def test_lint_needs_no_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = lines(capsys, "data.json")
    canonical = "data.json is not in canonical form; line 3 is the first that differs. --fix mends it."
    dangling = (
        "which is not there. Add the row, name its model in assets.elsewhere, "
        "or take the reference away: --fix --prune."
    )
    assert (code, found) == (
        1,
        [
            f"data.json:3: warning F001 {canonical}",
            f"data.json:16: error F010 shop.place:1.owner refers to shop.user 3, {dangling}",
            f"data.json:16: error F010 shop.place:1.tags refers to shop.tag 7, {dangling}",
        ],
    )


def test_fix_mends_what_loses_nothing_and_prune_the_rest(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = lines(capsys, "--fix", "data.json")
    assert (code, [each.split()[2] for each in found]) == (1, ["F010", "F010"])
    assert len(files.read(Path("data.json")).dataset.records) == 3
    assert lines(capsys, "--fix", "--prune", "data.json") == (0, [])
    stored = files.read(Path("data.json"))
    assert stored.lock == sidecar.build(stored.dataset, stored.lock)
    assert dict(stored.dataset.records[0].fields) == {"owner": None, "up": None, "tags": []}


def test_fix_of_what_is_in_order_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines(capsys, "--fix", "--prune", "data.json")
    before = {path: path.stat().st_mtime_ns for path in project.iterdir()}
    assert lines(capsys, "--fix", "--prune", "data.json") == (0, [])
    assert {path: path.stat().st_mtime_ns for path in project.iterdir()} == before


def test_the_configuration_says_what_and_what_is_waived(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "statusquo.toml").write_text(
        "[lint]\npaths = ['data.json']\nbudget = '1MB'\n"
        "waive = [{ rule = 'F001', at = 'data.json', reason = 'written by hand' },\n"
        "         { rule = 'F010', at = '*.tags', reason = 'they come with the migration' },\n"
        "         { rule = 'F010', at = '*.owner', reason = 'so does she' }, { rule = 'F050', reason = 'none left' }]\n"
    )
    assert main.main(["lint"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "statusquo.toml: info F099 the waiver of F050 at '*' meets nothing any more. Take it out.\n"
    assert printed.err == "Datasets: 1, findings: 1, waived: 3.\n"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("budget = 300", "lint.budget is 300."),
        ("budget = 'much'", "lint.budget is 'much'."),
        ("waive = [{ rule = 'F001' }]", "lint.waive.0.reason is missing."),
        ("waive = [{ rule = 'x', reason = 'y' }]", "lint.waive.0.rule is 'x'."),
        ("path = []", "lint: 'path' is no key here. Did you mean 'paths'?"),
    ],
)
def test_mistakes_in_the_configuration(
    project: Path, capsys: pytest.CaptureFixture[str], toml: str, message: str
) -> None:
    (project / "statusquo.toml").write_text(f"[lint]\n{toml}\n")
    assert main.main(["lint", "data.json"]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_cannot_be_read_does_not_hide_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "bad.json").write_text("[\n{")
    code, found = lines(capsys, "bad.json", "data.json")
    assert (code, found[0]) == (1, "bad.json:2: error F000 column 2: the file ends in the middle of a row.")
    assert len(found) == 4


def test_a_lock_that_is_none_is_a_finding(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data.lock.json").write_text("{")
    code, (found,) = lines(capsys, "data.lock.json")
    assert code == 1
    assert found.startswith("data.lock.json:1: error F000 the lock is not JSON.")


def test_a_lock_that_does_not_match_is_a_finding(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data.lock.json").write_text(sidecar.write(sidecar.build(Dataset(ROWS[:2], SHOP))))
    _, found = lines(capsys, "data.lock.json")
    assert "data.lock.json is not the lock of these rows: shop.place 0 → 1." in found[-1]


def test_there_has_to_be_something_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main.main(["lint"]) == 2
    assert "Say which test data, or name them in the configuration: lint.paths." in capsys.readouterr().err


def test_json_and_github_and_sarif_say_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["lint", "data.json", "--format", "json"]) == 1
    plain = json.loads(capsys.readouterr().out)
    assert [(each["id"], each["place"], each["fixable"]) for each in plain] == [
        ("F001", "data.json:3", True),
        ("F010", "data.json:16", True),
        ("F010", "data.json:16", True),
    ]
    assert plain[1]["subject"] == "shop.place:1.owner"
    _, found = lines(capsys, "data.json", "--format", "github")
    assert found[0].startswith("::warning file=data.json,line=3,title=F001::data.json is not in canonical form")
    assert main.main(["lint", "data.json", "--format", "sarif"]) == 1
    sarif = json.loads(capsys.readouterr().out)
    (run,) = sarif["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["F001", "F010", "F010"]
    assert run["results"][1]["locations"][0]["physicalLocation"]["region"] == {"startLine": 16}
    assert {each["ruleId"] for each in run["results"]} <= {each["id"] for each in run["tool"]["driver"]["rules"]}


def test_sarif_has_what_its_standard_asks_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a b,c:%.json").write_text("[")
    assert main.main(["lint", "a b,c:%.json", "data.json", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    ids = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert run["tool"]["driver"]["name"] == "statusquo"
    assert len(set(ids)) == len(ids)
    for each in run["results"]:
        place = each["locations"][0]["physicalLocation"]
        assert each["ruleId"] in ids
        assert each["level"] in {"none", "note", "warning", "error"}
        assert each["message"]["text"]
        assert place["region"]["startLine"] >= 1
        assert re.fullmatch(r"[\w./%~-]+", place["artifactLocation"]["uri"])
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b%2Cc%3A%25.json"
    main.main(["lint", "a b,c:%.json", "--format", "github"])
    assert capsys.readouterr().out.startswith("::error file=a b%2Cc%3A%25.json,line=1,title=F000::")


def test_volatile_fields_are_compared_with_what_git_has(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = {"content_type": ["shop", "user"], "object_id": 1, "data": {}, "changed": "2026-01-05T09:00:00Z"}

    def write(changed: str) -> None:
        rows = (Record("shop.note", 1, {**note, "changed": changed}), Record("shop.user", 1, {"name": "ann"}))  # type: ignore[dict-item]  # JSON all the same
        (project / "data.json").write_text(formats.FORMATS[0].write(rows))  # type: ignore[misc]  # it has one
        (project / "data.lock.json").write_text(sidecar.write(sidecar.build(Dataset(rows, SHOP))))

    write("2026-01-05T09:00:00Z")
    committed = (project / "data.json").read_bytes()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=project, check=True)
    write("2027-01-05T09:00:00Z")
    code, (found,) = lines(capsys, "data.json")
    assert (code, "F031 shop.note:1 differs from what was committed only in changed." in found) == (0, True)
    assert lines(capsys, "data.json", "--fix") == (0, [])
    assert (project / "data.json").read_bytes() == committed


def test_growth_is_seen_from_where_the_branch_began(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]

    def commit(*words: str) -> None:
        for each in (*words, "add .", "commit -qm x"):
            subprocess.run([*git, *each.split()], cwd=project, check=True)

    def write(words: int) -> None:
        rows = (*ROWS, Record("shop.tag", 7, {"word": "word " * words}))
        (project / "data.json").write_text(formats.FORMATS[0].write(rows))  # type: ignore[misc]  # it has one

    (project / "statusquo.toml").write_text("[lint]\ngrowth = '1kB'\narchives = ['media.tar']\n")
    write(1000)
    commit("init -q")
    write(1100)
    commit("checkout -qb topic")
    (project / "media.tar").write_bytes(bytes(400))
    commit("checkout -q main")
    subprocess.run([*git, "checkout", "-q", "topic"], cwd=project, check=True)
    assert "F040" not in " ".join(lines(capsys, "data.json", "--base", "main")[1])
    write(1300)
    told = "data.json grew by 2 kB to 7 kB; it may grow by 1 kB. Can rows go instead? statusquo prune"
    assert told in " ".join(lines(capsys, "data.json", "--base", "main")[1])


def test_every_rule_has_a_name_and_a_place_of_its_own() -> None:
    assert len({rule.id for rule in lint.all_rules()}) == len(lint.all_rules())
    for rule in lint.all_rules():
        assert rule.check.__module__.rpartition(".")[2].startswith(rule.id.lower())


def test_the_example_and_the_fixtures_of_others_are_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "examples" / "annotation")
    assert lines(capsys) == (0, [])
    monkeypatch.chdir(ROOT / "tests" / "data")
    code, found = lines(capsys, *(path.name for path in sorted(Path().glob("*.json"))))
    assert code == 1
    serious = {each.split()[2] for each in found if each.split()[1] in lint.FAILING}
    assert serious == {"F001", "F003", "F012", "F040", "F050"}


def test_the_hook_runs_lint() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["entry"], hook["language"]) == ("statusquo lint", "python")
