"""The project's state folder, made at the first need. ``open``, ``baseline`` and ``detached`` ask before they write."""

from __future__ import annotations

import tempfile
from pathlib import Path

from statusquo.config import Config
from statusquo.core.errors import ConfigError


def writable(config: Config) -> Path:
    """The folder that keeps runs and baselines, which can be written to. Raises ConfigError."""
    try:
        config.state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=config.state):
            return config.state
    except OSError as error:
        raise ConfigError(
            f"{config.state} is where runs and baselines are kept, and it cannot be written.",
            why=f"{error.strerror}.",
            next='Make it writable, or name another folder: state = "..." in [stack].',
        ) from error
