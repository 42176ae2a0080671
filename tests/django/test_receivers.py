"""Rule F080: receivers of signals that do not look at ``raw``, as the project itself has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statusquo.cli import main

pytestmark = pytest.mark.integration
PROJECT = Path(__file__).parent / "listening"


def found(folder: Path, project: Path, capsys: pytest.CaptureFixture[str], rule: str = "F080") -> list[dict[str, str]]:
    """What a rule says about rows of three models, which have no lock."""
    data = folder / "data.json"
    rows = [{"model": f"loud.{model}", "pk": 1, "fields": {}} for model in ("bin", "quiet", "gone")]
    data.write_text(json.dumps(rows))
    main.main(["lint", str(data), "--project", str(project), "--format", "json"])
    return [each for each in json.loads(capsys.readouterr().out) if each["id"] == rule]


def test_only_receivers_that_do_not_look_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    told = found(tmp_path, PROJECT, capsys)
    assert sorted(each["subject"] for each in told) == [
        "loud.bin:loud.receivers.Handler.method",
        "loud.bin:loud.receivers.logged.<locals>.wrapper",
    ]
    assert all("receivers.py:" in each["place"] for each in told)


def test_the_project_knows_the_models_of_data_without_a_lock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    assert [each["subject"] for each in found(tmp_path, PROJECT, capsys, "F020")] == ["loud.gone:1"]
    assert found(tmp_path, tmp_path, capsys, "F020") == []


def test_where_there_is_no_project_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    (told,) = found(tmp_path, tmp_path, capsys)
    assert told["message"].startswith(
        f"receivers of signals cannot be checked: the project in {tmp_path} does not start"
    )
    assert "there is no manage.py" in told["message"]
