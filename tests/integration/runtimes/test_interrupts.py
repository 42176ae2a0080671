"""A run that was started in the background of a shell, where SIGINT is ignored, still interrupts its services."""

import subprocess
import sys
from pathlib import Path

CHILD = "import signal; raise SystemExit(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
PARENT = f"""
import signal, subprocess, sys
from statusquo.runtimes import interrupts

signal.signal(signal.SIGINT, signal.SIG_IGN)
before = subprocess.call([sys.executable, "-c", {CHILD!r}])
with interrupts.inherited_as_default():
    within = subprocess.call([sys.executable, "-c", {CHILD!r}])
    signal.raise_signal(signal.SIGINT)
print(before, within, signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
"""


def test_a_child_gets_sigint_as_it_should_be_while_we_go_on_to_ignore_it(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PARENT], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0", "True"]
