"""The configuration of the stack, as a run of pytest finds it. ``session`` and ``needs`` ask."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from statusquo import config as configuration
from statusquo.config import Config
from statusquo.core.errors import ConfigError

if TYPE_CHECKING:
    from statusquo.assets.labelled import Labelled


def load(config: pytest.Config) -> Config:
    """The configuration that ``--statusquo-config`` names, or the nearest one. Raises ConfigError."""
    return configuration.load(_path(config), environ=os.environ, arguments=overrides(config))


def labelled(config: pytest.Config) -> Labelled:
    """The rows with labels of the data that the configuration names. Raises ConfigError, DatasetError."""
    from statusquo.assets.labelled import Labelled  # noqa: PLC0415 - only where tests ask for it

    path = _path(config)
    dataset = configuration.load_assets(path, environ=os.environ, arguments=overrides(config)).dataset
    if dataset is None:
        raise ConfigError(f"{path}: it is not said where the data are.", next="Set assets.dataset.")
    return Labelled(dataset)


def _path(config: pytest.Config) -> Path:
    named = config.getoption("--statusquo-config")
    return Path(named) if named else configuration.find(config.rootpath)


def overrides(config: pytest.Config) -> tuple[str, ...]:
    """What options of pytest say about the configuration, as ``key=value``."""
    platform = config.getoption("--platform")
    return (f"stack.platform={platform}",) if platform else ()
