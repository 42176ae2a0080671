"""What a project has of its own stays untouched: folders with data, volumes and networks with names of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import docker
import psycopg
import pytest

from statusquo.core.service import Postgres, Service, SqlProbe
from tests.integration.runtimes.compose import composebench
from tests.integration.runtimes.compose.composebench import url

pytestmark = pytest.mark.integration

PROJECT = """
services:
  db:
    image: local/statusquo-postgres
    stop_signal: SIGINT
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: secret }
    networks: [outside]
    volumes: [WHERE:/var/lib/postgresql/data]
volumes:
  precious: { external: true }
networks:
  outside: { external: true }
"""

DB = Service("db", Postgres("app"), ready=(SqlProbe(),))


@pytest.mark.parametrize("where", ["./data", "precious"])
def test_data_of_the_project_are_not_looked_at(
    tmp_path: Path, engine_environment: Mapping[str, str], where: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "precious").write_text("the work of a year")
    text = PROJECT.replace("WHERE", where)
    with composebench.opened(tmp_path, engine_environment, [DB], text) as bench, bench.start() as stack:
        with psycopg.connect(url(stack.endpoints["db"])) as connection:
            assert connection.execute("SELECT current_database()::text").fetchone() == ("shop",)
        names = {volume.name for volume in bench.engine.volumes.list()}
    assert "precious" not in names
    assert [file.name for file in data.iterdir()] == ["precious"]


def test_nothing_without_a_label_is_removed(tmp_path: Path, engine_environment: Mapping[str, str]) -> None:
    with composebench.opened(tmp_path, engine_environment, [DB], PROJECT.replace("WHERE", "precious")) as bench:
        volume = bench.engine.volumes.create("statusquo-precious")
        try:
            with bench.start():
                pass
            bench.runtime.clear()
            assert bench.left() == []
            assert bench.engine.volumes.get("statusquo-precious").id == volume.id
        finally:
            volume.remove()


def test_no_volume_without_a_name_is_left(tmp_path: Path, engine_environment: Mapping[str, str]) -> None:
    with composebench.opened(tmp_path, engine_environment, [DB], PROJECT.replace("WHERE", "precious")) as bench:
        before = volumes(bench.engine)
        with bench.start():
            assert volumes(bench.engine) != before
        bench.runtime.clear()
        assert volumes(bench.engine) == before


def volumes(engine: docker.DockerClient) -> set[str]:
    return {str(each.id) for each in engine.volumes.list()}


KEPT = """
services:
  db:
    image: local/statusquo-postgres
    stop_signal: SIGINT
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: secret }
    tmpfs: ["/var/lib/postgresql/data:uid=999,mode=0700", "/scratch"]
"""


def test_data_that_the_project_has_in_memory_are_kept_all_the_same(
    tmp_path: Path, engine_environment: Mapping[str, str]
) -> None:
    kept = tmp_path / "kept"
    with composebench.opened(tmp_path, engine_environment, [DB], KEPT) as bench:
        with bench.start() as stack, psycopg.connect(url(stack.endpoints["db"])) as connection:
            connection.execute("CREATE TABLE thing AS SELECT 42 AS answer")
        bench.runtime.keep(DB, kept)
    with composebench.opened(tmp_path, engine_environment, [DB], KEPT) as bench:
        bench.runtime.put_back(DB, kept)
        with bench.start() as stack, psycopg.connect(url(stack.endpoints["db"])) as connection:
            assert connection.execute("SELECT answer FROM thing").fetchone() == (42,)
