"""A small project with a real stack that needs no database, and runs of pytest in it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import httpcore  # noqa: F401 - see below
import httpx  # noqa: F401 - see below
import pytest

import statusquo.wiring  # noqa: F401 - pytester forgets what a run imports, and these cannot be imported twice

SERVICE = Path(__file__).parent / "service"
OFF = ("randomly", "valkey", "hypothesispytest", "cacheprovider")
"""Plugins that the project does not use."""
OPTIONS = ("-Werror", *(f"-pno:{plugin}" for plugin in OFF))


class Project:
    """A folder with a service, its configuration and tests; or with tests alone, of the stack in *left_running*."""

    def __init__(self, pytester: pytest.Pytester, left_running: Path | None = None) -> None:
        self._pytester = pytester
        self._options = OPTIONS
        self.folder = pytester.path
        if left_running:
            self._options += (f"--statusquo-config={left_running / 'statusquo.toml'}",)
        else:
            shutil.copytree(SERVICE, self.folder, dirs_exist_ok=True)

    def configure(self, old: str, new: str) -> None:
        """Change one place of the configuration."""
        path = self.folder / "statusquo.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def append(self, text: str) -> None:
        """Write more at the end of the configuration."""
        with (self.folder / "statusquo.toml").open("a") as file:
            file.write(text)

    def write(self, **sources: str) -> None:
        """Write Python files, by module name."""
        self._pytester.makepyfile(**sources)

    def test(self, source: str, *args: str) -> pytest.RunResult:
        """Write the tests and run them in this process."""
        self.write(test_it=source)
        return self.run(*args)

    def run(self, *args: str) -> pytest.RunResult:
        """Run the project's tests in this process."""
        return self._pytester.runpytest_inprocess(*self._options, *args)

    def command(self) -> tuple[str, ...]:
        """How to run the project's tests in a process that the caller starts."""
        return (sys.executable, "-m", "pytest", *self._options)

    def run_alone(self, *args: str) -> pytest.RunResult:
        """Run the project's tests in a process of their own."""
        return self._pytester.runpytest_subprocess(*self._options, *args)
