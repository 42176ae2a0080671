"""The examples of docs/django.md are the tests of one suite, and pass."""

from pathlib import Path

from tests.django.suite import Suite
from tests.docs import readme

PAGE = Path(__file__).parents[2] / "docs" / "django.md"


def test_the_examples_pass(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    for text in readme.blocks(PAGE.read_text(encoding="utf-8"), "python"):
        name, _, code = text.removeprefix("# ").partition(".py\n")
        suite.write(**{name: code})
    run = suite.run()
    assert run.returncode == 0, run.stdout
    assert " 11 passed" in run.stdout
