"""Every command of the README is run and prints what the README shows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import readme

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = readme.commands(TEXT)
ELSEWHERE = {"make test": ".ci/run calls it: it is this suite", "make check": ".ci/run calls it"}
MAKE = {"ARGS", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"}
"""What the make that runs these tests would hand on to a make of theirs."""
MANAGED = ("pip install ", "git clone ")
"""What sets up an environment; these tests run in one."""


def run(line: str, folder: Path) -> str:
    bin_folder = Path(sys.executable).parent
    ours = {name: value for name, value in os.environ.items() if name not in MAKE}
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env={**ours, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTEST_ADDOPTS": "-p no:randomly"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout


def check(command: readme.Command, folder: Path) -> None:
    printed = run(command.line, folder)
    assert readme.same(command.output, printed), f"$ {command.line}\n{printed}"


def commands_of(section: str) -> tuple[readme.Command, ...]:
    start = TEXT.index(f"\n## {section}\n")
    end = TEXT.find("\n## ", start + 4)
    return readme.commands(TEXT[start : end if end > 0 else None])


def test_make_demo() -> None:
    demo, test = commands_of("See it run")
    assert (demo.line, test.line) == ("make demo", "make test")
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    check(demo, ROOT)


def test_five_minutes_with_a_project_of_ones_own(tmp_path: Path) -> None:
    shop = shutil.copytree(ROOT / "tests" / "docs" / "shop", tmp_path / "shop")
    start = TEXT.index("\n## Five minutes")
    (test,) = readme.blocks(TEXT[start : TEXT.index("\n## How rewind works")], "python")
    shown = commands_of("Five minutes with your own project")
    assert shown[0].line.startswith(MANAGED)
    for command in shown[1:]:
        if command.line == "pytest":
            (shop / "test_shop.py").write_text(test)
        check(command, shop)


def test_lifecycle(tmp_path: Path) -> None:
    shop = shutil.copytree(ROOT / "tests" / "docs" / "shop", tmp_path / "shop")
    run("statusquo init", shop)
    for command in commands_of("Lifecycle"):
        check(command, shop)


def test_help(tmp_path: Path) -> None:
    for command in commands_of("The command line"):
        check(command, tmp_path)


def test_the_configuration_table_names_every_key_and_no_other() -> None:
    from statusquo.config import model  # noqa: PLC0415 - what the table is about

    section = TEXT[TEXT.index("\n## Configuration\n") : TEXT.index("\n## pytest\n")]
    tables: dict[str, type[model.Table]] = {
        "stack": model.StackTable,
        "baseline": model.BaselineTable,
        "rewind": model.RewindTable,
        "api": model.ApiTable,
        "assets": model.AssetsTable,
        "lint": model.LintTable,
    }
    for name, table in tables.items():
        for key, field in table.model_fields.items():
            assert f"`{name}.{field.alias or key}`" in section or f"`{field.alias or key}`" in section, (name, key)
    for name, fields in (("variants", model.VariantTable), ("prerequisites", model.PrerequisiteTable)):
        for key in fields.model_fields:
            assert f"`{name}.NAME.{key}`" in section or f"`{key}`" in section, (name, key)
    for kind in model.SERVICES.values():
        for key in kind.model_fields:
            assert f"`services.NAME.{key}`" in section or f"`{key}`" in section, key


def test_all_commands_of_the_readme_are_run() -> None:
    run_in = ("See it run", "Five minutes with your own project", "Lifecycle", "The command line")
    run_here = {command.line for section in run_in for command in commands_of(section)}
    assert {command.line for command in COMMANDS} - run_here - set(ELSEWHERE) == set()
