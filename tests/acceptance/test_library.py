"""The example that is tested in Django's own process: all its tests pass, in file order and in a random one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

LIBRARY = Path(__file__).parents[2] / "examples" / "library"


@pytest.mark.parametrize("order", [["-p", "no:randomly"], ["-p", "randomly", "--randomly-seed=3"]], ids=" ".join)
def test_the_suite_of_the_library_passes(order: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:valkey", *order],
        cwd=LIBRARY,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert " 16 passed" in run.stdout
