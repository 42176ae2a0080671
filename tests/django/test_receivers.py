"""What a project says when lint asks: rule F080, receivers that do not look at ``raw``, and the models of its data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statusquo.cli import main

pytestmark = pytest.mark.integration
PROJECT = Path(__file__).parent / "listening"
Found = list[dict[str, str]]


def found(folder: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> Found:
    """The findings about rows of three models, which have no lock."""
    data = folder / "data.json"
    rows = [{"model": f"loud.{model}", "pk": 1, "fields": {}} for model in ("bin", "quiet", "gone")]
    data.write_text(json.dumps(rows))
    main.main(["lint", str(data), "--project", str(project), "--format", "json"])
    told: Found = json.loads(capsys.readouterr().out)
    return told


def of(rule: str, told: Found) -> Found:
    return [each for each in told if each["id"] == rule]


@pytest.fixture(autouse=True)
def _settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)


def test_receivers_that_do_not_look_and_models_that_are_not_there_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = found(tmp_path, PROJECT, capsys)
    assert sorted(each["subject"] for each in of("F080", told)) == [
        "loud.bin:loud.receivers.Handler.method",
        "loud.bin:loud.receivers.logged.<locals>.wrapper",
    ]
    assert all("receivers.py:" in each["place"] for each in of("F080", told))
    assert [each["subject"] for each in of("F020", told)] == ["loud.gone:1"]


def test_where_there_is_no_project_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = found(tmp_path, tmp_path, capsys)
    (why,) = of("F080", told)
    said = f"receivers of signals cannot be checked: the project in {tmp_path} does not start"
    assert why["message"].startswith(said)
    assert "there is no manage.py" in why["message"]
    assert of("F020", told) == []
