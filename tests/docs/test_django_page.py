"""The examples of docs/django.md are the tests of one suite, and pass."""

from pathlib import Path
from typing import cast

import pytest

from statusquo.django.plugin import plugin
from tests.django.suite import Suite
from tests.docs import readme

PAGE = Path(__file__).parents[2] / "docs" / "django.md"


def test_the_examples_pass(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    for text in readme.blocks(PAGE.read_text(encoding="utf-8"), "python"):
        name, _, code = text.removeprefix("# ").partition(".py\n")
        suite.write(**{name: code})
    run = suite.run("-panyio")
    assert run.returncode == 0, run.stdout
    assert " 12 passed" in run.stdout


class Options(list[str]):
    """Takes the place of pytest's parser and notes what is declared."""

    def getgroup(self, *_: str) -> "Options":
        return self

    def addoption(self, name: str, **_: object) -> None:
        self.append(name)

    def addini(self, name: str, *_: str, **__: object) -> None:
        self.append(name)


def test_the_page_and_the_readme_name_every_option() -> None:
    declared = Options()
    plugin.pytest_addoption(cast("pytest.Parser", declared))
    assert len(declared) > 8
    readme_text = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in declared if name not in readme_text + page] == []
    assert [name for name in declared if name not in page and name != "--trace-rows"] == []
