"""What PostgreSQL's client library is told, so that the shell's PG* variables tell it nothing. Pure.

libpq looks into the environment for whatever it is not told. PGHOSTADDR is the worst: exported, it leads a connection
to 127.0.0.1 to another machine (https://www.postgresql.org/docs/current/libpq-envars.html). What is said, if only as
empty, is not looked for.
"""

from __future__ import annotations

from statusquo.core.endpoint import Address


def conninfo(address: Address) -> str:
    """How to connect to the database at *address* and nowhere else; it holds the password."""
    said = {
        "host": address.host,
        "hostaddr": "",
        "port": str(address.port),
        "user": address.user,
        "password": address.password,
        "dbname": address.name,
        "options": "",
    }
    return " ".join(f"{name}={_quoted(value)}" for name, value in said.items())


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
