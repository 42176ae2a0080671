from __future__ import annotations

import dataclasses
import os
import signal
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from statusquo.core import logs, processes
from statusquo.runtimes import process
from statusquo.runtimes.process import Process, Start

LABEL = processes.label("test-run", "program")
Launcher = Callable[[str], Process]


@pytest.fixture
def launch(tmp_path: Path) -> Launcher:
    """Start a Python program given as text and wait until it says that it is there."""

    def start(code: str) -> Process:
        log = tmp_path / "logs" / "program.log"
        argv = (sys.executable, "-u", "-c", f"{textwrap.dedent(code)}\nprint('there')\nwhile True: time.sleep(1)")
        started = process.start(Start(argv, {"PATH": os.defpath}, tmp_path, log), LABEL)
        deadline = time.monotonic() + 60
        while "there" not in logs.since(log, 0):
            assert started.exit_code() is None, logs.since(log, 0)
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return started

    return start


def test_a_program_that_listens_to_an_interrupt_ends_by_it(launch: Launcher) -> None:
    program = launch("import time, signal\nsignal.signal(signal.SIGINT, lambda *_: exit(7))")
    program.stop(5.0)
    assert program.exit_code() == 7


LOSING = """
import time, signal
interrupts = []
def lose(*_):
    interrupts.append(None)
    signal.signal(signal.SIGINT, lambda *_: exit(7))
signal.signal(signal.SIGINT, lose)
signal.signal(signal.SIGTERM, lambda *_: exit(len(interrupts)))
"""


def test_one_that_has_just_begun_is_interrupted_again(launch: Launcher) -> None:
    program = launch(LOSING)
    program.stop(60.0)
    assert program.exit_code() == 7


def test_one_that_has_run_for_long_is_interrupted_once(launch: Launcher) -> None:
    program = launch(LOSING)
    program.id = dataclasses.replace(program.id, started=program.id.started - 60)
    program.stop(2.0)
    assert program.exit_code() == 1


def test_one_that_ignores_interrupts_is_terminated(launch: Launcher) -> None:
    program = launch("import time, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)")
    program.stop(0.1)
    assert program.exit_code() == -signal.SIGTERM


def test_one_that_ignores_both_is_killed(launch: Launcher) -> None:
    program = launch(
        """
        import time, signal
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        """
    )
    program.stop(0.1)
    assert program.exit_code() == -signal.SIGKILL


@pytest.mark.parametrize(
    "apart",
    ["process_group=0", "start_new_session=True"],
    ids=["in a process group of its own", "in a session of its own"],
)
@pytest.mark.parametrize("parent", ["stays", "leaves"])
def test_a_grandchild_that_ignores_us_is_gone_after_stop(
    launch: Launcher, tmp_path: Path, apart: str, parent: str
) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    end = "time.sleep(600)" if parent == "stays" else "os._exit(0)"
    between = f"""
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", {stubborn!r}], {apart})
        open("pid", "w").write(str(child.pid))
        {end}
    """
    program = launch(
        f"""
        import os, subprocess, sys, time
        subprocess.Popen([sys.executable, "-c", {textwrap.dedent(between)!r}])
        while not (os.path.exists("pid") and os.path.getsize("pid")): time.sleep(.01)
        """
    )
    grandchild = psutil.Process(int((tmp_path / "pid").read_text()))
    program.stop(5.0)
    assert process.wait([grandchild], 0) == []


def test_stopping_what_is_gone_does_nothing(launch: Launcher) -> None:
    program = launch("import time")
    program.stop(5.0)
    code = program.exit_code()
    program.stop(5.0)
    assert program.exit_code() == code == -signal.SIGINT or code == 1


def test_a_child_gets_the_environment_it_is_given_and_our_label_and_nothing_else(launch: Launcher) -> None:
    program = launch("import time")
    seen = psutil.Process(program.id.pid).environ()
    program.stop(5.0)
    assert seen == {"PATH": os.defpath, "STATUSQUO_RUN": "test-run", "STATUSQUO_SERVICE": "program"}


def test_a_child_leads_a_session_of_its_own_and_inherits_no_files(launch: Launcher) -> None:
    with Path(os.devnull).open() as kept:
        os.set_inheritable(kept.fileno(), True)
        program = launch("import time")
        child = psutil.Process(program.id.pid)
        session, files = os.getsid(child.pid), child.num_fds()
        program.stop(5.0)
    assert session == program.id.pid
    assert files == 3


def test_both_outputs_are_appended_to_the_log(launch: Launcher, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "program.log"
    log.parent.mkdir()
    log.write_text("of last time\n")
    program = launch("import sys, time\nsys.stderr.write('on stderr\\n')")
    program.stop(5.0)
    assert logs.since(log, 0).splitlines()[:3] == ["of last time", "on stderr", "there"]


def test_a_start_that_does_not_come_to_its_end_stops_the_child(launch: Launcher) -> None:
    program = launch("import time")
    with pytest.raises(KeyboardInterrupt), process.stopped_on_error(program):
        raise KeyboardInterrupt
    assert program.exit_code() is not None
