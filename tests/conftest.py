"""Servers for the whole test session; STATUSQUO_TEST_POSTGRES (embedded, celerp, machine) picks the PostgreSQL.

And what all tests count on: signals that do what they do at a terminal, programs that are compiled once, examples of
Hypothesis that may take as long as they take, and that they cannot tell whether a worker of pytest-xdist runs them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from statusquo.core.endpoint import Endpoint
from statusquo.testing import servers
from tests import dockerd, mariadb, workers

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure() -> None:
    """Let tests of signals hold in a background job and under nohup too: what is ignored here, children ignore.

    The tests start more than a thousand Pythons: without bytecode, each would compile all that it imports.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST_")]:
        del os.environ[name]  # tests run pytest themselves, and are no worker's there


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> workers.Scheduling:
    """The slowest files stand first: their folders do in the alphabet."""
    config.option.loadscopereorder = False
    return workers.Scheduling(config, log)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A PostgreSQL; its ``admin`` is the superuser in the database ``postgres``."""
    provider = os.environ.get("STATUSQUO_TEST_POSTGRES", "")
    settings = {"max_prepared_transactions": "5"}
    with servers.postgres(tmp_path_factory.mktemp("postgres"), provider=provider, settings=settings) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A Redis or Valkey."""
    with servers.redis(tmp_path_factory.mktemp("redis")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Path]:
    """The socket of a MariaDB; see ``tests/mariadb.py``."""
    with mariadb.running() as socket:
        yield socket


@pytest.fixture(scope="session")
def engine_environment() -> Iterator[Mapping[str, str]]:
    """An environment in which a container engine answers, with the images of ``scripts/local_images.py``."""
    with dockerd.running() as environment:
        yield environment
