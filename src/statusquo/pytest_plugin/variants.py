"""The variant that a lane runs in, and those that could not be entered. ``run`` asks before each test."""

from __future__ import annotations

from statusquo.core.errors import StatusquoError
from statusquo.core.protocols import Emit
from statusquo.supervisor.client import Lease


class Variants:
    """One lane among the variants of its configuration."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._now: str = lease.wish.get("variant", "")
        self._refused: dict[str, StatusquoError] = {}

    def is_another(self, variant: str) -> bool:
        """True when *variant* is another one than the lane runs in. Raises what it was refused with, if it was."""
        if variant in self._refused:
            raise self._refused[variant]
        return variant != self._now

    def enter(self, variant: str, *, emit: Emit) -> None:
        """Have the lane run in *variant*. Raises StatusquoError, now and whenever that one is asked for again."""
        self._now = variant
        try:
            self._change(variant, emit)
        except StatusquoError as error:
            error.what = f'In the variant "{variant}": {error.what}' if variant else error.what
            self._refused[variant] = error
            raise

    def _change(self, variant: str, emit: Emit) -> None:
        if not self._lease.wish:
            raise StatusquoError(
                "It cannot be entered.",
                why="With --no-run-services the stack is taken as it runs.",
                next="Leave the option away, or the tests of the variant.",
            )
        self._lease.change(variant=variant, emit=emit)
