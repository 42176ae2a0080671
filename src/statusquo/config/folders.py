"""The project's own folders, made at the first need. Who writes to them asks before."""

from __future__ import annotations

import tempfile
from pathlib import Path

from statusquo.config.settings import Config
from statusquo.core.errors import ConfigError


def writable(config: Config) -> Path:
    """The folder that keeps runs; it and the one for baselines can be written to. Raises ConfigError."""
    _ensure_writable(config.state, "runs", 'state = "..." in [stack]')
    _ensure_writable(config.cache, "baselines", 'cache = "..." in [baseline]')
    return config.state


def _ensure_writable(folder: Path, what: str, key: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise ConfigError(
            f"{folder} is where {what} are kept, and it cannot be written.",
            why=f"{error.strerror}.",
            next=f"Make it writable, or name another folder: {key}.",
        ) from error
