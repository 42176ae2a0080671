"""Placeholders in commands and environments: ``{port}``, ``{project}``, ``{db.url}``. Pure.

A doubled brace (``{{name}}``) stands for itself, and so does any brace that does not enclose a plain name (JSON).
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACEHOLDER = re.compile(r"\{(?P<literal>\{[\w.-]+\})\}|\{(?P<name>[A-Za-z_][\w-]*)(?:\.(?P<fact>\w+))?\}")


def names(text: str) -> tuple[tuple[str, str], ...]:
    """The placeholders in *text* as (name, fact); the fact of a bare ``{name}`` is empty."""
    return tuple((m["name"], m["fact"] or "") for m in _PLACEHOLDER.finditer(text) if m["name"])


def fill(text: str, resolve: Callable[[str, str], str]) -> str:
    """*text* with each placeholder replaced by ``resolve(name, fact)``."""

    def replace(match: re.Match[str]) -> str:
        if match["literal"]:
            return match["literal"]
        return resolve(match["name"], match["fact"] or "")

    return _PLACEHOLDER.sub(replace, text)
