"""Times pytest-postgresql or DSLR, in an environment that has them; ``peers`` runs it as a script.

python peers_elsewhere.py janitor|dslr HOST PORT USER PASSWORD TEMPLATE ROUNDS    # prints milliseconds as JSON
"""
# mypy: disable-error-code="import-not-found"
# ruff: noqa: PLC0415  # each is imported where it is timed, and neither is installed where we are checked

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """Where to work, and the database to copy."""

    host: str
    port: str
    user: str
    password: str
    template: str

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"


def main() -> None:
    option, *server, rounds = sys.argv[1:]
    restore = {"janitor": janitor, "dslr": dslr}[option](Server(*server))
    times = []
    for _ in range(int(rounds)):
        started = time.perf_counter()
        restore()
        times.append((time.perf_counter() - started) * 1000)
    print(json.dumps(times))


def janitor(server: Server, database: str = "peer") -> Callable[[], None]:
    """What pytest-postgresql's fixture does around each test."""
    from pytest_postgresql.janitor import DatabaseJanitor

    one = DatabaseJanitor(
        user=server.user,
        host=server.host,
        port=server.port,
        dbname=database,
        template_dbname=server.template,
        password=server.password,
    )
    one.init()

    def restore() -> None:
        one.drop()
        one.init()

    return restore


def dslr(server: Server) -> Callable[[], None]:
    """What ``dslr restore`` does, without starting a program for it."""
    from dslr import operations
    from dslr.config import settings

    janitor(server, "peer_of_dslr")
    settings.initialize(url=server.url("peer_of_dslr"), debug=False)
    operations.create_snapshot("bench")
    snapshot = operations.find_snapshot("bench")

    def restore() -> None:
        operations.restore_snapshot(snapshot)

    return restore


if __name__ == "__main__":
    main()
