"""The SQL of this room, from the files in ``sql/``. Identifiers come quoted from SQLite's own ``printf('"%w"')``."""

from __future__ import annotations

import functools
from importlib import resources


def read(name: str, /, **parts: str) -> str:
    """The text of ``sql/name.sql`` with its placeholders filled in."""
    return _text(name).format(**parts) if parts else _text(name)


@functools.cache
def _text(name: str) -> str:
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
