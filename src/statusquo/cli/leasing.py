"""A stack for a command that needs one for as long as it takes: the one that runs, or its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from statusquo.cli.context import Context
from statusquo.config import Config
from statusquo.supervisor import client
from statusquo.supervisor.client import Lease


@contextmanager
def running(
    context: Context,
    config: Config,
    *,
    what: str,
    services: Sequence[str] | None = None,
    settings: Sequence[str] = (),
) -> Iterator[Lease]:
    """The stack that runs or, where none does, *services* of one (all: ``None``) that ends with the block.

    *settings* say how that one differs from the configuration, as ``--set`` does.
    """
    if client.is_up(config, what=what):
        with client.attached(config, what=what) as lease:
            yield lease
        return
    with (
        context.printer.progress() as emit,
        client.lease(
            config,
            what=what,
            environ=context.environ,
            overrides=(*context.overrides, *settings),
            services=services,
            emit=emit,
        ) as lease,
    ):
        yield lease
