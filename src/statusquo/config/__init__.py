"""From ``statusquo.toml``, environment and arguments to one frozen Config, in which every value knows its source.

The doors call ``load``; nobody else reads a file, an environment variable or an option for a setting.
"""

from __future__ import annotations

from statusquo.config.data import NOWHERE, AssetsSettings, How, wish
from statusquo.config.linting import LintSettings
from statusquo.config.load import find, load, load_assets, load_lint
from statusquo.config.settings import (
    ApiSettings,
    CommandStep,
    Config,
    LoadStep,
    RewindSettings,
    Setting,
    SqlStep,
    Step,
    StoreSettings,
    UnpackStep,
    Variant,
)

__all__ = [
    "NOWHERE",
    "ApiSettings",
    "AssetsSettings",
    "CommandStep",
    "Config",
    "How",
    "LintSettings",
    "LoadStep",
    "RewindSettings",
    "Setting",
    "SqlStep",
    "Step",
    "StoreSettings",
    "UnpackStep",
    "Variant",
    "find",
    "load",
    "load_assets",
    "load_lint",
    "wish",
]
