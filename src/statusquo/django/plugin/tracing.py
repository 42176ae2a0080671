"""``--trace-rows``: which rows the tests of this run have loaded. ``plugin`` registers it where it was asked for."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from statusquo.django import tracing


class Tracing:
    """Notes rows from the first test on; each process of a run writes its own at its end."""

    def __init__(self, config: pytest.Config) -> None:
        self._path = Path(config.invocation_params.dir, config.getoption("trace_rows"))
        self._undo = ExitStack()
        self._recorder = self._undo.enter_context(tracing.recording())
        if not hasattr(config, "workerinput"):  # workers of pytest-xdist append to what the first process has begun
            self._path.write_text("")

    def pytest_unconfigure(self) -> None:
        """Write the rows."""
        self._undo.close()
        self._recorder.write(self._path)
