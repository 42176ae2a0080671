"""A suite of a Django project, written by a test and run in a process of its own, with pytest-django and with us."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.endpoint import Address

PROJECT = Path(__file__).parent / "project"
OFF = ("valkey", "randomly", "hypothesispytest", "anyio")
"""Plugins that the suites do not use: to import them would take a run longer than its tests."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests below *folder*, over the databases that *database* leads to (``sqlite``, or a DSN)."""

    folder: Path
    database: str = "sqlite"

    def write(self, **files: str) -> None:
        """Write modules of tests: ``test_a="..."`` becomes ``test_a.py``."""
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(text, encoding="utf-8")

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run pytest in the folder, with both outputs as one text."""
        command = [sys.executable, "-m", "pytest", *(f"-pno:{plugin}" for plugin in OFF), *arguments]
        return self.start(command, environment)

    def start(self, command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a program as the suite's settings have it."""
        settings = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(PROJECT), "SHOP_DATABASE": self.database}
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **settings, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )


def dsn(address: Address) -> str:
    """The text that leads the settings to a PostgreSQL."""
    return f"postgresql://{address.user}:{address.password}@{address.host}:{address.port}/"
