from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from statusquo.runtimes import process
from statusquo.testing import servers

pytestmark = pytest.mark.integration


def test_a_server_whose_test_run_was_killed_is_gone_when_the_next_one_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where no other run of tests sweeps
    code = f"""
import pathlib, sys, time
from statusquo.testing import servers
with servers.redis(pathlib.Path({str(tmp_path / "first")!r})) as endpoint:
    print(endpoint.host.port, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        killed.stdout.readline()
        (left,) = psutil.Process(killed.pid).children()
        killed.kill()
    assert left.is_running()
    with servers.redis(tmp_path / "second"):
        assert process.wait([left], 0) == []
