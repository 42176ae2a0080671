"""Servers for the whole test session; STATUSQUO_TEST_POSTGRES (embedded, celerp, machine) picks the PostgreSQL.

And what all tests count on: signals that do what they do at a terminal, and programs that are compiled once.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping

import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.testing import servers
from tests import dockerd


def pytest_configure() -> None:
    """Let tests of signals hold in a background job and under nohup too: what is ignored here, children ignore.

    The tests start more than a thousand Pythons: without bytecode, each would compile all that it imports.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


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
def engine_environment() -> Iterator[Mapping[str, str]]:
    """An environment in which a container engine answers, with the images of ``scripts/local_images.py``."""
    with dockerd.running() as environment:
        yield environment
