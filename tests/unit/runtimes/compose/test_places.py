"""Where a service answers: the port in its container, the login of a database, the folder of its data."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from statusquo.core.endpoint import Address
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Container, Postgres, Redis, Service
from statusquo.runtimes.compose import places
from statusquo.runtimes.compose.project import Mounted

WEB = Service("web", Command((), Path()))
DB = Service("db", Postgres("app"))


@pytest.mark.parametrize(
    ("service", "exposed", "port"),
    [
        (DB, [], 5432),
        (Service("cache", Redis()), [], 6379),
        (WEB, [8000], 8000),
        (Service("web", WEB.spec, container=Container(port=8001)), [8000, 8001], 8001),
        (Service("web", WEB.spec, container=Container(port=8001)), [], 8001),
    ],
)
def test_the_port_in_the_container(service: Service, exposed: list[int], port: int) -> None:
    assert places.port(service, exposed) == port


@pytest.mark.parametrize(("exposed", "listed"), [([], "none"), ([8001, 8000], "8000 and 8001")])
def test_a_port_that_has_to_be_said(exposed: list[int], listed: str) -> None:
    with pytest.raises(ConfigError) as caught:
        places.port(WEB, exposed)
    assert str(caught.value) == (
        f"services.web.compose.port is missing: its container exposes {listed}. "
        "Say which port it answers on, or port = false if it has none."
    )


def test_a_database_is_entered_as_its_variables_say() -> None:
    said = {"POSTGRES_USER": "root", "POSTGRES_PASSWORD": "secret", "POSTGRES_DB": "cvat"}
    endpoint = places.endpoint(DB, "cvat_db", 40001, 5432, environment=said)
    assert endpoint.host == Address("postgresql", "127.0.0.1", 40001, "root", "secret", "cvat")
    assert endpoint.mesh == Address("postgresql", "cvat_db", 5432, "root", "secret", "cvat")
    assert endpoint.admin == Address("postgresql", "127.0.0.1", 40001, "root", "secret", "postgres")


def test_the_configuration_knows_better_than_the_variables() -> None:
    db = Service("db", DB.spec, container=Container(user="me", password="mine", database="shop"))
    endpoint = places.endpoint(db, "db", 40001, 5432, environment={"POSTGRES_USER": "root"})
    assert endpoint.host == Address("postgresql", "127.0.0.1", 40001, "me", "mine", "shop")


def test_the_maintenance_database_is_nobodys_own() -> None:
    with pytest.raises(ConfigError, match='its database is "postgres"'):
        places.endpoint(DB, "db", 40001, 5432, environment={})


LATER = {"PGDATA": "/var/lib/postgresql/18/docker"}


@pytest.mark.parametrize(
    ("service", "targets", "environment", "replaced"),
    [
        (DB, [], {}, ""),
        (DB, ["/etc/postgresql.conf"], {}, ""),
        (DB, ["/var/lib/postgresql/data", "/etc/x"], {}, "/var/lib/postgresql/data"),
        (DB, ["/var/lib/postgresql"], LATER, "/var/lib/postgresql"),
        (Service("cache", Redis()), ["/data"], {}, "/data"),
        (WEB, ["/data"], {}, ""),
    ],
)
def test_which_mount_gives_way_to_an_empty_volume(
    service: Service, targets: list[str], environment: dict[str, str], replaced: str
) -> None:
    mounts = [Mounted("bind", "/home/me", target) for target in targets]
    assert places.replaced(service, mounts, environment) == replaced


def test_the_data_of_a_postgresql_are_not_in_memory() -> None:
    tmpfs = ["/tmp", "/var/lib/postgresql/data:size=1g"]
    assert places.left_in_memory(DB, tmpfs, {}) == ("/tmp",)
    assert places.left_in_memory(DB, tmpfs, LATER) == tuple(tmpfs)
    assert places.left_in_memory(WEB, tmpfs, {}) == tuple(tmpfs)


def test_where_data_are_archived_from() -> None:
    folder = PurePosixPath(LATER["PGDATA"])
    assert places.covering(["/var/lib/postgresql", "/etc"], folder) == "/var/lib/postgresql"
    assert places.covering([], folder) == "/var/lib/postgresql/18/docker"
