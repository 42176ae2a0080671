"""The only printer: results to standard output, progress and errors to standard error, colour only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text

from statusquo.core import events
from statusquo.core.protocols import Emit

_WIDE = 10_000
"""Columns of a result that nobody reads on a terminal: lines are never broken for grep."""


class _Results(Console):
    """Leaves it to ``main`` what it means that nobody reads on: rich would end the program with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Printer:
    """Prints for one command; ``quiet`` leaves out progress, never results or errors."""

    def __init__(self, *, quiet: bool = False) -> None:
        wide = None if sys.stdout.isatty() else _WIDE
        self._out = _Results(file=sys.stdout, highlight=False, soft_wrap=True, width=wide)
        self._err = Console(file=sys.stderr, highlight=False, soft_wrap=True)
        self._quiet = quiet

    def lines(self, lines: Iterable[str]) -> None:
        """Plain lines of a result."""
        for line in lines:
            self._out.print(Text(line))

    def text(self, text: str) -> None:
        """A result that is a text of its own, as it is."""
        self._out.file.write(text)

    def json(self, value: object) -> None:
        """A result for a program: one JSON document."""
        self.lines([json.dumps(value, indent=2, default=str)])

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A result as columns; as wide as it needs to be when it is not read on a terminal."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._out.print(table)

    @property
    def width(self) -> int:
        """How many columns a result may take."""
        return self._out.width if self._out.is_terminal else 160

    def error(self, message: str) -> None:
        """What went wrong, its first word marked."""
        self._err.print(Text.assemble(("Error: ", "bold red"), message))

    def warning(self, message: str) -> None:
        """What was done, and may be wrong all the same; ``quiet`` does not leave it out."""
        self._err.print(Text.assemble(("Warning: ", "bold yellow"), message))

    def note(self, message: str) -> None:
        """A line of progress."""
        if not self._quiet:
            self._err.print(Text(message, style="dim"))

    @contextmanager
    def progress(self) -> Iterator[Emit]:
        """A listener that shows what is going on: a spinner on a terminal, a line per fact elsewhere."""
        with self._err.status("") as status:
            if self._quiet or not self._err.is_terminal:
                status.stop()

            def show(event: events.Event) -> None:
                waiting = waiting_for(event)
                if waiting:
                    status.update(waiting)
                done = told(event)
                if done:
                    self.note(done)

            yield show


def waiting_for(event: events.Event) -> str:
    """What the user waits for from now on; empty if the event says nothing about it."""
    match event:
        case events.ServiceStarting(service):
            return f"starting {service}"
        case events.StepStarting(title):
            return f"building the baseline: {title}"
        case events.BaselineAwaited():
            return "waiting for the baseline that another run makes ready"
        case _:
            return ""


def told(event: events.Event) -> str:
    """The fact as one line; empty if it is not worth one."""
    match event:
        case events.ServiceReady(service, what, where, seconds):
            subject, fact = service, f"{what}  {where}  {seconds:.2f} s"
        case events.ServiceStopped(service, seconds):
            subject, fact = service, f"stopped  {seconds:.2f} s"
        case events.ServiceReplaced(service, difference):
            subject, fact = service, f"started anew: {difference}"
        case events.StepStarting(title):
            subject, fact = "baseline", title
        case events.BaselineBuilt(fingerprint, seconds):
            subject, fact = "baseline", f"{fingerprint[:12]} built  {seconds:.2f} s"
        case events.BaselineReused(fingerprint):
            subject, fact = "baseline", f"{fingerprint[:12]} taken from the cache"
        case events.RunSwept(run, processes):
            subject, fact = "swept", f"{run}: {processes} processes that its owner had left"
        case events.BaselineAwaited(fingerprint):
            subject, fact = "baseline", f"{fingerprint[:12]} is being made ready by another run: waiting for it"
        case _:
            return ""
    return f"{subject:<12} {fact}"
