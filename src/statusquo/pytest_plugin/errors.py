"""Our errors in a test: its report shows the message, not our frames. ``run`` and ``session`` use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from statusquo.core.errors import StatusquoError


@contextmanager
def readable() -> Iterator[None]:
    """Within, a StatusquoError fails the test with its message alone."""
    try:
        yield
    except StatusquoError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
