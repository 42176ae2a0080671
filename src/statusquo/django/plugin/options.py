"""Options of pytest's configuration that are one of a few words."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import pytest

_Kind = TypeVar("_Kind", bound=StrEnum)


def choice(config: pytest.Config, name: str, kind: type[_Kind]) -> _Kind:
    """The word of the option. Raises UsageError."""
    value = config.getini(name)
    try:
        return kind(value)
    except ValueError:
        raise pytest.UsageError(f"{name} = {value}: it is one of {', '.join(kind)}.") from None
