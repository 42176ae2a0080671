"""The database ``spare`` dropped and made again from a template, in the ways that scripts and fixtures do it."""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path

import psycopg

from statusquo.core.endpoint import Address
from statusquo.core.service import Postgres, Service
from statusquo.services import catalog

DROP = "DROP DATABASE spare WITH (FORCE)"


def by_psql(admin: Address, template: str) -> None:
    """As a script does it: a program is started, and connects."""
    commands = (DROP, f"CREATE DATABASE spare TEMPLATE {template}")
    subprocess.run([_psql(), "-qX", "-d", admin.url, *(f"-c{command}" for command in commands)], check=True)


def over(server: psycopg.Connection, template: str, strategy: str) -> None:
    """Over a connection that stays open; *strategy* may be empty: the server's own choice."""
    server.execute(DROP)
    server.execute(f"CREATE DATABASE spare TEMPLATE {template} {strategy and 'STRATEGY'} {strategy}".encode())


@functools.cache
def _psql() -> Path:
    known = catalog.known(os.environ)(Service("postgres", Postgres("spare")))
    if known is None:
        raise AssertionError("a PostgreSQL is known")
    return known.program().path.with_name("psql")
