"""The README as what it promises: its console blocks as commands with outputs, its other blocks by language. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIES = (
    (re.compile(r"\d+(\.\d+)? (ms|s)\b"), "# s"),
    (re.compile(r"in \d+(\.\d+)?s\b"), "in #s"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:#"),
    (re.compile(r"(built in # s|reused)"), "(built or reused)"),
    (re.compile(r"--port \d+"), "--port #"),
    (re.compile(r"\b[0-9a-f]{8}([0-9a-f]{4})?\b"), "#"),
    (re.compile(r"(/[\w.+-]+)+/\.statusquo/runs/#"), ".../.statusquo/runs/#"),
    (re.compile(r"\d+ (item|rewind|clean)s?\b"), r"# \1"),
    (re.compile(r" \(\d+:\d\d:\d\d\)"), ""),
    (re.compile(r"[=-]{3,}"), "---"),
    (re.compile(r"(PostgreSQL|Valkey|Redis) \d+(\.\d+)+"), r"\1 #"),
    (re.compile(r"\[ *\d+%\]"), "[#%]"),
    (re.compile(r"\d+ passed"), "# passed"),
    (re.compile(r" +"), " "),
)
"""What differs from run to run and machine to machine."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line after ``$`` and what follows it."""

    line: str
    output: tuple[str, ...]


def blocks(text: str, language: str) -> tuple[str, ...]:
    """The fenced blocks of a language."""
    return tuple(match["body"] for match in _BLOCK.finditer(text) if match["language"] == language)


def commands(text: str) -> tuple[Command, ...]:
    """Every command of the console blocks, in order."""
    found: list[Command] = []
    for body in blocks(text, "console"):
        line, output = "", list[str]()
        for each in [*body.splitlines(), "$ "]:
            if each.startswith("$ "):
                if line:
                    found.append(Command(line, tuple(output)))
                line, output = each.removeprefix("$ "), []
            else:
                output.append(each)
    return tuple(found)


def same(shown: tuple[str, ...], printed: str) -> bool:
    """True when the output is what the README shows; a line ``...`` there stands for any number of lines."""
    wanted = [_normal(line) for line in shown if line.strip()]
    actual = [_normal(line) for line in printed.splitlines() if line.strip()]
    return _matches(wanted, actual)


def _matches(wanted: list[str], actual: list[str]) -> bool:
    if not wanted:
        return not actual
    if wanted[0] == "...":
        return any(_matches(wanted[1:], actual[start:]) for start in range(len(actual) + 1))
    return bool(actual) and wanted[0] == actual[0] and _matches(wanted[1:], actual[1:])


def _normal(line: str) -> str:
    for pattern, constant in _VARIES:
        line = pattern.sub(constant, line)
    return line.strip()
