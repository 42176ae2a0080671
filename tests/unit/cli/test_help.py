"""The help of the commands, as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.cli import main
from tests import snapshots

HERE = Path(__file__).parent / "help"
OF_A_STACK = (
    "adopt",
    "baseline",
    "config",
    "diff",
    "doctor",
    "down",
    "env",
    "exec",
    "explain",
    "gc",
    "init",
    "logs",
    "manifest",
    "restart",
    "rewind",
    "status",
    "up",
    "wait",
)


OF_DATA = (
    "adopt-labels",
    "assets update",
    "convert",
    "dump",
    "load",
    "migrate-data",
    "prune",
    "resolve",
    "subset",
    "volume",
    "volume pack",
    "volume unpack",
    "volume lock",
)


@pytest.mark.parametrize("name", [*OF_A_STACK, *OF_DATA])
def test_the_help_of_a_command(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main.main([*name.split(), "--help"]) == 0
    snapshots.check(capsys.readouterr().out, HERE / f"{name.replace(' ', '-')}.txt")


def test_what_the_program_says_of_itself_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in main.COMMANDS if f"\n  {name} " not in printed] == []
    assert main.EXIT_CODES.removeprefix("\b\n").splitlines()[-1].strip() in printed
