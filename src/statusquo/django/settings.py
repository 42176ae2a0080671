"""What statusquo.toml says of the test data, for commands that run in the project's process."""

from __future__ import annotations

import os
from pathlib import Path

from statusquo import config
from statusquo.config import AssetsSettings
from statusquo.core.errors import ConfigError


def assets() -> AssetsSettings:
    """What the nearest file upwards says; nothing where there is none. Raises ConfigError."""
    try:
        path = config.find(Path.cwd())
    except ConfigError:
        return AssetsSettings()
    return config.load_assets(path, environ=os.environ)
