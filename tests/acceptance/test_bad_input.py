"""What goes wrong is told in one paragraph with its exit code, and leaves no process and no run behind."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.acceptance.project import CONFIG, Project, notes

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("kept_baselines")]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    yield tmp_path
    assert {process.pid for process in psutil.Process().children(recursive=True)} <= before
    assert Project(tmp_path).processes() == []


def project(folder: Path, config: str = CONFIG) -> Project:
    return notes(folder, config)


def refused(project: Project, *words: str, environ: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and the error, which begins its own line; everything that was started is gone."""
    done = project.run(*words, environ=environ)
    assert "Traceback" not in done.stderr
    assert project.runs() == []
    return done.returncode, done.stderr[done.stderr.index("Error: ") :]


def test_malformed_toml(folder: Path) -> None:
    code, error = refused(project(folder, "[services.web\n"), "up")
    assert code == 2
    assert error.startswith("Error: statusquo.toml is not TOML: Expected ']'")
    assert "line 1" in error


def test_a_state_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / ".statusquo").touch()
    code, error = refused(project(folder), "up")
    assert (code, error) == (
        2,
        (
            f"Error: {folder}/.statusquo is where runs are kept, and it cannot be written. File exists. "
            'Make it writable, or name another folder: state = "..." in [stack].\n'
        ),
    )


def test_an_unknown_kind_of_service(folder: Path) -> None:
    code, error = refused(project(folder, CONFIG.replace('kind = "redis"', 'kind = "rediss"')), "up")
    assert (code, error) == (
        2,
        "Error: statusquo.toml: services.cache.kind: 'rediss' is no kind of service here. Did you mean 'redis'?\n",
    )


def test_a_command_that_does_not_exist(folder: Path) -> None:
    code, error = refused(project(folder, CONFIG.replace("python server.py", "pyhton server.py")), "up")
    assert code == 3
    assert error.startswith(f"Error: Service \"server\": 'pyhton' cannot be started in {folder}. No such file")


def test_a_server_that_dies_at_boot_shows_its_last_words_and_those_of_its_needs(folder: Path) -> None:
    broken = project(folder)
    broken.write(server_py="raise SystemExit('no settings module')")
    code, error = refused(broken, "up")
    assert code == 4
    assert error.startswith('Error: Service "server" exited with code 1 before it was ready.')
    assert "no settings module" in error
    assert "database system is ready to accept connections" in error
    assert f"All logs: {folder}/.statusquo/failed." in error
    assert "no settings module" in (folder / ".statusquo" / "failed" / "server.log").read_text()


def test_a_server_that_never_becomes_ready(folder: Path) -> None:
    slow = CONFIG.replace('ready = { http = "/" }', 'ready = { http = "/nowhere", status = 204 }\nwithin = 1')
    code, error = refused(project(folder, slow), "up")
    assert code == 4
    assert error.startswith('Error: Service "server" runs, but was not ready within 1 s.')
    assert "status 204 for GET /nowhere" in error
    assert "the last answer was: 200 OK" in error


def test_a_port_that_somebody_else_has(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as thief:
        port = thief.getsockname()[1]
        fixed = CONFIG.replace('ready = { http = "/" }', f'ready = {{ http = "/" }}\nport = {port}')
        code, error = refused(project(folder, fixed), "up")
    assert code == 4
    assert str(port) in error
    assert str(os.getpid()) in error
    assert Path(sys.executable).name in error


def test_a_recipe_that_fails_half_way_is_not_kept_and_built_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STATUSQUO__BASELINE__CACHE")
    failing = project(folder)
    failing.write(seed_py="import sys; sys.exit('no such fixture')")
    code, error = refused(failing, "up")
    assert code == 5
    assert error.startswith("Error: The recipe step 'python seed.py' failed with exit code 1")
    assert "no such fixture" in error
    assert failing.json("baseline", "show")["kept"] == []
    failing.write(seed_py="")
    assert failing.run("up").returncode == 0
    assert failing.run("down").returncode == 0


def test_sql_that_fails_names_its_line(folder: Path) -> None:
    failing = project(folder)
    failing.write(schema_sql="SELECT 1;\nSELECT\n nothing_here;")
    code, error = refused(failing, "up")
    assert code == 5
    assert f"{folder}/schema.sql, line 3." in error
    assert 'column "nothing_here" does not exist' in error


def test_a_database_that_is_not_ours_is_left_alone(folder: Path) -> None:
    ours = project(folder)
    assert ours.run("up").returncode == 0
    record = next((folder / ".statusquo" / "runs").glob("*/record.json")).read_text()
    with psycopg.connect(admin_url(record), autocommit=True) as connection:
        connection.execute("INSERT INTO note (text) VALUES ('precious')")
        connection.execute("UPDATE statusquo.mark SET nonce = 'somebody else'")
        refusal = ours.run("rewind")
        rows = connection.execute("SELECT text FROM note ORDER BY id").fetchall()
    assert refusal.returncode == 7
    assert refusal.stderr.startswith('Error: Store "db" at 127.0.0.1:')
    assert "It carries the mark of another run." in refusal.stderr
    assert rows == [("first",), ("precious",)], "nothing was touched"
    assert ours.run("down").returncode == 0


def admin_url(record: str) -> str:
    services = json.loads(record)["services"]
    endpoint = next(entry["endpoint"] for entry in services if entry["name"] == "db")
    admin = endpoint["admin"]
    return (
        f"postgresql://{admin['user']}:{admin['password']}@{admin['host']}:{admin['port']}/{endpoint['host']['name']}"
    )


def test_no_postgresql_to_be_found_says_what_was_looked_at_and_what_to_install(folder: Path) -> None:
    picky = CONFIG.replace('kind = "postgres"', 'kind = "postgres"\nversion = ">=99"')
    code, error = refused(project(folder, picky), "up")
    assert code == 3
    assert "embedded" in error
    assert ">=99" in error
    assert "pip install 'statusquo[embedded]'" in error


def test_no_configuration(folder: Path) -> None:
    code, error = refused(Project(folder), "up")
    assert code == 2
    assert "'statusquo init' writes a commented starter file." in error


def test_a_variable_of_the_shell_does_not_reach_the_services(folder: Path) -> None:
    curious = project(folder)
    curious.write(server_py="import os; raise SystemExit(f'sees {os.environ.get(\"PGPASSWORD\")}')")
    _, error = refused(curious, "up", environ={"PGPASSWORD": "production"})
    assert "sees None" in error
