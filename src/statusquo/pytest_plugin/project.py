"""The configuration of the stack, as a run of pytest finds it. ``session`` and ``needs`` ask."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusquo import config as configuration
from statusquo.config import Config


def load(config: pytest.Config) -> Config:
    """The configuration that ``--statusquo-config`` names, or the nearest one. Raises ConfigError."""
    named = config.getoption("--statusquo-config")
    path = Path(named) if named else configuration.find(config.rootpath)
    return configuration.load(path, environ=os.environ, arguments=overrides(config))


def overrides(config: pytest.Config) -> tuple[str, ...]:
    """What options of pytest say about the configuration, as ``key=value``."""
    platform = config.getoption("--platform")
    return (f"stack.platform={platform}",) if platform else ()
