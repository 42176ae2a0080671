"""A whole project as a stack: started one by one, reached from both sides, gone without a trace."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import httpx
import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.service import Launch
from statusquo.runtimes.compose import engine
from tests.integration.runtimes.compose.composebench import (
    CACHE,
    DB,
    WEB,
    Bench,
    container,
    neighbours_url,
    run,
    url,
    wait_for_end,
)

pytestmark = pytest.mark.integration

ASK = "import psycopg, sys; print(*psycopg.connect(sys.argv[1]).execute('SELECT current_user').fetchone())"


def test_every_service_answers_where_it_says(bench: Bench) -> None:
    with bench.start() as stack:
        (bench.ledger.folder / "folders/media/hello").write_text("from the host")
        assert httpx.get(f"{url(stack.endpoints['web'])}/hello").text == "from the host"
        assert ask(stack.endpoints["db"], "SELECT current_database()::text") == "shop"


def ask(endpoint: Endpoint, query: str) -> object:
    with psycopg.connect(url(endpoint)) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def test_what_stands_behind_a_service_is_started_and_ends_before_it(bench: Bench) -> None:
    with bench.start("db", "media", "web") as stack:
        assert list(stack.services).index("prepare") < list(stack.services).index("web")
        assert stack.check() == ()
        assert stack.logs["prepare"].read_text() == "prepared\n"


def test_variables_hold_what_the_neighbours_see(bench: Bench) -> None:
    with bench.start("db", "media", "web"):
        said = run(bench.runtime.command(WEB, words("python", "-c", "import os; print(os.environ['DB'])")))
    assert said == "postgresql://shop:se%24cret@database:5432/shop\n"


def test_a_command_runs_beside_a_service_that_does_not(bench: Bench) -> None:
    with bench.start("db") as stack:
        address = neighbours_url(stack.endpoints["db"])
        assert run(bench.runtime.command(WEB, words("python", "-c", ASK, address))) == "shop\n"


def words(*argv: str) -> Launch:
    return Launch(argv, Path())


def test_a_database_begins_with_what_another_one_kept(bench: Bench, other: Bench, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with bench.start("db") as stack, psycopg.connect(url(stack.endpoints["db"])) as connection:
        connection.execute("CREATE TABLE thing AS SELECT 42 AS answer")
    bench.runtime.keep(DB, kept)
    other.runtime.put_back(DB, kept)
    with other.start("db") as stack:
        assert ask(stack.endpoints["db"], "SELECT answer FROM thing") == 42


def test_nothing_is_left_of_a_run_and_its_neighbour_stays(bench: Bench, other: Bench) -> None:
    with bench.start("cache", "db"), other.start("db") as stack:
        bench.runtime.clear()
        assert bench.left() == []
        assert ask(stack.endpoints["db"], "SELECT 1") == 1
    bench.runtime.clear()


def test_an_address_stays_when_its_container_is_started_again(bench: Bench) -> None:
    with bench.start("cache") as stack:
        before, behind = stack.endpoints["cache"].host, container(stack.services["cache"])
        behind.restart(timeout=5)
        behind.reload()
        published = behind.attrs["NetworkSettings"]["Ports"]["6379/tcp"]
    assert before
    assert published == [{"HostIp": "127.0.0.1", "HostPort": str(before.port)}]


def test_a_service_that_is_killed_has_died_of_it(bench: Bench) -> None:
    with bench.start("cache") as stack:
        container(stack.services["cache"]).kill()
        wait_for_end(stack.services["cache"])
        died = stack.check()
    assert [(one.service, one.how) for one in died] == [("cache", "was ended by SIGKILL")]


def test_other_variables_make_one_container_anew(bench: Bench) -> None:
    said = words("python", "-c", "import os; print(os.environ.get('LIMIT'))")
    with bench.start("db", "media", "web"):
        database = bench.engine.containers.list(filters={"label": f"{engine.SERVICE}=database"})
        assert run(bench.runtime.command(WEB, said)) == "None\n"
        container = dataclasses.replace(WEB.container, env=(*WEB.container.env, ("LIMIT", "1")))
        other = dataclasses.replace(WEB, container=container)
        with bench.runtime.running(other, None):
            assert run(bench.runtime.command(other, said)) == "1\n"
        assert bench.engine.containers.list(filters={"label": f"{engine.SERVICE}=database"}) == database


def test_a_copy_of_a_run_is_cleared_without_the_others(bench: Bench) -> None:
    lane = bench.another("lane-1")
    with bench.start("cache"), lane.running(CACHE, None):
        assert lane.address(CACHE) != bench.runtime.address(CACHE)
        lane.clear()
        assert bench.left() != []
    bench.runtime.clear()
    assert bench.left() == []
