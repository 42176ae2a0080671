"""``restart``, ``exec``, ``env``, ``wait``, ``gc`` and ``up`` again: the stack that was left running, by command."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from psycopg import Connection, connect

from statusquo.core import libpq
from statusquo.stack import ledger
from tests.acceptance.project import STATUSQUO, Project, get, notes, post

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    project = notes(tmp_path_factory.mktemp("notes"))
    up = project.run("up")
    assert up.returncode == 0, up.stderr
    yield project
    project.run("down")
    assert project.processes() == []


def pids(project: Project) -> dict[str, int]:
    return {each["name"]: each["pid"] for each in project.services() if each["pid"]}


def url(project: Project) -> str:
    return str(next(each["where"] for each in project.services() if each["name"] == "server"))


def admin(project: Project) -> Connection[tuple[object, ...]]:
    """A connection to the server of the stack, as its superuser."""
    entries = [entry for record in ledger.read_records(project.folder / ".statusquo") for entry in record.services]
    (address,) = {entry.endpoint.admin for entry in entries if entry.endpoint and entry.endpoint.admin}
    return connect(libpq.conninfo(address), autocommit=True)


def test_up_again_changes_nothing(project: Project) -> None:
    before = pids(project)
    again = project.run("up")
    assert (again.returncode, "The stack was up already." in again.stderr) == (0, True)
    assert pids(project) == before


@pytest.mark.parametrize("name", ["server", "cache", "db"])
def test_up_again_starts_what_is_dead_with_what_needs_it(project: Project, name: str) -> None:
    before = pids(project)
    psutil.Process(before[name]).kill()
    status = project.run_here("status")
    assert (status.returncode, "dead" in status.stdout) == (4, True)
    for word in ("diff", "rewind", "explain") if name != "server" else ():
        refused = project.run_here(word)
        said = f"Error: Service \"{name}\" was ended by SIGKILL. Start it again with 'statusquo up'.\n"
        assert (refused.returncode, refused.stderr[: len(said)]) == (4, said)
    again = project.run("up")
    assert again.returncode == 0, again.stderr
    changed = {each for each, pid in pids(project).items() if pid != before[each]}
    assert changed == {name, "server"}
    assert get(url(project))["rows"] == [[1, "first"]]
    assert project.run_here("diff", "--exit-code").returncode == 0


def test_a_restart_leaves_what_the_stores_hold(project: Project) -> None:
    post(url(project), "kept")
    before = pids(project)
    restart = project.run("restart", "server")
    assert restart.returncode == 0, restart.stderr
    assert {each for each, pid in pids(project).items() if pid != before[each]} == {"server"}
    held = get(url(project))
    assert (held["rows"], held["files"]) == ([[1, "first"], [2, "kept"]], ["1.txt", "2.txt"])

    everything = project.run("restart")
    assert everything.returncode == 0, everything.stderr
    held = get(url(project))
    assert (held["rows"], held["files"]) == ([[1, "first"], [2, "kept"]], ["1.txt", "2.txt"])
    assert held["keys"] == ["note:1"], "a Redis that is restarted begins with the baseline"
    assert project.run("rewind").returncode == 0
    assert project.run("diff", "--exit-code").returncode == 0


@pytest.mark.parametrize("command", ["restart", "exec", "logs"])
def test_a_service_that_is_unknown_is_told_with_the_nearest(project: Project, command: str) -> None:
    done = project.run_here(command, "serve", *(["true"] if command == "exec" else []))
    assert done.returncode == 2
    assert "'serve'" in done.stderr
    assert "Did you mean 'server'?" in done.stderr


def test_exec_has_the_folder_the_environment_and_the_exit_code(project: Project) -> None:
    done = project.run("exec", "server", "sh", "-c", 'echo "$PWD $MEDIA"; exit 7')
    media = next(each["where"] for each in project.services() if each["name"] == "media")
    assert (done.returncode, done.stdout) == (7, f"{project.folder} {media}\n")
    assert project.run("exec", "server", "python", "-c", "print('-x')").stdout == "-x\n"


def test_exec_of_a_program_that_is_not_there(project: Project) -> None:
    done = project.run("exec", "server", "no-such-program")
    assert done.returncode == 3
    assert (
        done.stderr == f"Error: 'no-such-program' cannot be started in {project.folder}: No such file or directory.\n"
    )


def test_env_is_taken_by_a_shell_and_by_programs(project: Project) -> None:
    line = f'eval "$({STATUSQUO} env)" && printf %s "$SERVER_URL $DB_NAME"'
    shell = subprocess.run(["sh", "-c", line], cwd=project.folder, capture_output=True, text=True, check=True)
    known = json.loads(project.run("env", "--format", "json").stdout)
    assert shell.stdout == f"{known['SERVER_URL']} {known['DB_NAME']}" == f"{url(project)} app"
    dotenv = project.run("env", "--format", "dotenv").stdout.splitlines()
    assert f"SERVER_URL={known['SERVER_URL']}" in dotenv
    assert len(dotenv) == len(known)


def test_wait_returns_when_it_is_up_and_gives_up_when_it_is_not(project: Project, tmp_path: Path) -> None:
    assert project.run_here("wait").returncode == 0
    other = notes(tmp_path)
    late = other.run_here("wait", "--timeout", "0.1")
    assert (late.returncode, late.stderr) == (
        8,
        "Error: No stack of this project was up within 0.1 s. Start it with 'statusquo up'.\n",
    )


def test_gc_leaves_what_runs_and_what_the_next_run_takes(project: Project) -> None:
    before = pids(project)
    server = admin(project)
    server.execute("CREATE DATABASE statusquo_scratch_left")
    server.execute("COMMENT ON DATABASE statusquo_scratch_left IS 'statusquo scratch 7 for process 1 of here'")
    server.execute("CREATE DATABASE statusquo_scratch_mine")
    done = project.run("gc", "--days", "0")
    assert (done.returncode, done.stdout) == (0, "statusquo_scratch_left dropped\n")
    names = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'statusquo_scratch_')")
    assert names.fetchall() == [("statusquo_scratch_mine",)]
    server.close()
    assert pids(project) == before
    kept = project.json("baseline", "show")["kept"]
    assert isinstance(kept, list)
    assert len(kept) == 1


def test_what_needs_a_running_stack_says_that_there_is_none(tmp_path: Path) -> None:
    project = notes(tmp_path)
    for words in (["restart"], ["exec", "server", "true"], ["env"], ["logs"], ["rewind"], ["diff"], ["status"]):
        done = project.run_here(*words)
        assert (done.returncode, done.stderr) == (
            8,
            "Error: No stack of this project is running. Start it with 'statusquo up'.\n",
        ), words


def test_a_stack_that_a_run_uses_is_neither_stopped_nor_rewound(project: Project) -> None:
    project.write(
        test_notes_py="""
        import pathlib, subprocess, sys
        def statusquo(word):
            program = pathlib.Path(sys.executable).with_name("statusquo")
            return subprocess.run([program, word], capture_output=True, text=True)
        def test_a(api):
            for word, what in (("down", "or end it"), ("rewind", "until it is done")):
                done = statusquo(word)
                assert done.returncode == 6
                assert done.stderr.startswith("Error: The stack is in use by pytest (process ")
                assert what in done.stderr
            shown = statusquo("status")
            assert "lane 1: pytest (process " in shown.stderr
        """
    )
    run = project.pytest()
    assert run.returncode == 0, run.stdout
