"""``manage.py statusquo receivers``: who hears of saved rows and does not ask whether they are being loaded.

``statusquo lint --project`` asks for rule F080. Imports the project's apps; touches no database.
"""

from __future__ import annotations

import dis
import inspect
import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import CodeType, FunctionType
from typing import Any, TextIO

import django
from django.db.models import signals

from statusquo.django.loading import door
from statusquo.django.loading.signals import live

HELP = "Print, as JSON, the receivers of signals of these models that do not look at raw."
_SIGNALS = {"pre_save": signals.pre_save, "post_save": signals.post_save}


@dataclass(frozen=True, slots=True)
class Deaf:
    """A receiver that does for a row of test data what it does for a row that somebody saves."""

    model: str
    signal: str
    name: str
    file: str
    line: int


def add_arguments(parser: ArgumentParser) -> None:
    """Take the models."""
    parser.add_argument(
        "models", nargs="*", metavar="app.model", help="Those that the project does not have are left out."
    )


def run(options: Mapping[str, Any], stdout: TextIO, _stderr: TextIO) -> int:
    """Print them."""
    found = [asdict(each) for label in options["models"] for each in _deaf(label)]
    stdout.write(f"{json.dumps(found)}\n")
    return 0


def looks_at_raw(receiver: Any) -> bool:
    """True for a function that reads ``raw``, or hands on to one that does; for what is no Python, nobody knows."""
    functions = [*_functions(receiver, ())]
    return not functions or any(_reads_raw(each.__code__) for each in functions)


def _deaf(label: str) -> Iterator[Deaf]:
    model = door.model_of(label)
    told = [(name, signal, model) for name, signal in _SIGNALS.items()] if model else []
    if model and django.VERSION >= (6, 1):  # before, receivers of m2m_changed were not told
        every = model._meta.local_many_to_many
        told += [("m2m_changed", signals.m2m_changed, each.remote_field.through) for each in every]
    for name, signal, sender in told:
        for receiver in (each for group in live(signal, sender) for each in group):
            function = next(_functions(receiver, ()), None)
            if function and not function.__module__.startswith("django.") and not looks_at_raw(receiver):
                code = function.__code__
                called = f"{function.__module__}.{function.__qualname__}"
                yield Deaf(label, name, called, code.co_filename, code.co_firstlineno)


def _functions(held: Any, seen: tuple[Any, ...]) -> Iterator[FunctionType]:
    """The functions that a receiver is made of: itself, and what decorators have wrapped."""
    held = getattr(held, "__func__", held)
    if inspect.isclass(held) or held in seen:
        return
    if not isinstance(held, FunctionType):
        call = getattr(type(held), "__call__", None)  # noqa: B004 - the function is wanted, not the answer
        held = call if isinstance(call, FunctionType) else None
    if held is None:
        return
    yield held
    for inner in (getattr(held, "__wrapped__", None), *(cell.cell_contents for cell in held.__closure__ or ())):
        if callable(inner):
            yield from _functions(inner, (*seen, held))


def _reads_raw(code: CodeType) -> bool:
    for each in dis.get_instructions(code):
        named = each.argval if isinstance(each.argval, tuple) else (each.argval,)
        if each.opname.startswith("LOAD") and "raw" in named:
            return True
    return any(_reads_raw(each) for each in code.co_consts if isinstance(each, CodeType))
