"""Where a service answers: the port in its container, the login of a database, the folder of its data."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize(
    ("targets", "environment", "folder"),
    [
        ([], {}, "/var/lib/postgresql/data"),
        (["/var/lib/postgresql/data", "/etc/x"], {}, "/var/lib/postgresql/data"),
        (["/var/lib/postgresql"], {"PGDATA": "/var/lib/postgresql/18/docker"}, "/var/lib/postgresql"),
    ],
)
def test_where_a_database_has_its_data(targets: list[str], environment: dict[str, str], folder: str) -> None:
    mounts = [Mounted("bind", "/home/me", target) for target in targets]
    assert places.data_folder(DB, mounts, environment) == folder
    assert places.data_folder(WEB, mounts, environment) == ""
