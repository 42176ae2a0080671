"""The text of all rows that ``serialized_rollback`` loads again: not written, as the rows come back without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

CONTENTS = "_test_serialized_contents"
"""Where Django keeps the text; a test case without it loads nothing."""


@contextmanager
def left_out() -> Iterator[None]:
    """While test databases are made, serialise nothing."""
    for connection in connections.all():
        connection.creation.serialize_db_to_string = lambda: "[]"
    try:
        yield
    finally:
        for connection in connections.all():
            vars(connection.creation).pop("serialize_db_to_string", None)
            vars(connection).pop(CONTENTS, None)
