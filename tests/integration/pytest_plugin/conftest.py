from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pytest_plugin.project import SERVICE, Project


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    """A project whose runs start what they need and stop it."""
    return Project(pytester)


@pytest.fixture(scope="module")
def left_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The service's folder, where ``statusquo up`` has left it running: for runs that do not ask how it came up."""
    folder = Path(shutil.copytree(SERVICE, tmp_path_factory.mktemp("running") / "service"))
    statusquo = Path(sys.executable).with_name("statusquo")
    subprocess.run([statusquo, "-q", "up"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    yield folder
    subprocess.run([statusquo, "-q", "down"], cwd=folder, check=True)
