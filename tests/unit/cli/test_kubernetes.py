"""The tests of a project as a Kubernetes Job: it holds against the published schemas and runs each shard once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import kubernetes_validate  # type: ignore[import-untyped]  # it is annotated, but does not say so
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.cli import kubernetes

VERSIONS = ("1.29", kubernetes_validate.latest_version())
"""The first version in which a shard may fail by itself without a feature gate, and the newest that is published."""
PROJECT = "[stack]\nname = 'shop'\n[services.web]\ncommand = 'x'\n"


def made(*words: str, claim: str = "") -> dict[str, object]:
    job = kubernetes.job("shop", "registry.example/shop:1", shards=3, claim=claim, words=words)
    return cast("dict[str, object]", json.loads(json.dumps(job)))


def command(job: Mapping[str, object]) -> list[str]:
    spec = cast("dict[str, dict[str, dict[str, list[dict[str, list[str]]]]]]", job["spec"])
    return spec["template"]["spec"]["containers"][0]["command"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("claim", ["", "baselines"])
def test_the_job_is_valid(version: str, claim: str) -> None:
    kubernetes_validate.validate(made("-m", "integration", claim=claim), version, strict=True)


def test_the_schema_refuses_what_is_none() -> None:
    job = made()
    cast("dict[str, object]", job["spec"])["completionz"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, VERSIONS[-1], strict=True)


def test_there_is_a_pod_for_each_shard_and_none_is_run_again() -> None:
    spec = cast("dict[str, object]", made()["spec"])
    assert {key: spec[key] for key in spec if key != "template"} == {
        "completionMode": "Indexed",
        "completions": 3,
        "parallelism": 3,
        "backoffLimitPerIndex": 0,
    }


@pytest.mark.parametrize("index", [0, 2])
def test_each_pod_runs_its_group_with_the_arguments_as_they_are(tmp_path: Path, index: int) -> None:
    (tmp_path / "pytest").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "pytest").chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "JOB_COMPLETION_INDEX": str(index)}
    done = subprocess.run(command(made("-m", "a or b")), env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["--splits=3", f"--group={index + 1}", "-m", "a or b"]


def test_kubernetes_has_nothing_to_fill_in_in_the_command() -> None:
    assert not [word for word in command(made("-v")) if "$(" in word]


@given(st.text(max_size=80))
def test_any_name_becomes_one_that_kubernetes_takes(name: str) -> None:
    called = kubernetes.identifier(name)
    assert 0 < len(called) <= kubernetes.LONGEST_NAME
    assert all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in called)
    assert called == called.lower().strip("-")


def test_the_command_prints_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from statusquo.cli import main  # noqa: PLC0415 - the console is made when it is imported

    (tmp_path / "statusquo.toml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    words = ("manifest", "--image", "registry.example/shop:1", "--shards", "3", "--", "-m", "integration")
    assert main.main(words) == 0
    assert json.loads(capsys.readouterr().out) == made("-m", "integration")
