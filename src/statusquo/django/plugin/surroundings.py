"""What tests leave beside their rows: connections of threads, content types in the memory of the process."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from statusquo.django import content_types, threads


class Surroundings:
    """Watches the threads and the cache for as long as tests run."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """All tests run in this thread, whose connections the others get."""
        with threads.sharing(), content_types.forgetting() as self._forget:
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None]:
        """Forget what went with the fixtures that ended now."""
        yield
        self._forget()
