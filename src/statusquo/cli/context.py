"""What every command gets: the printer, the environment, and a way to the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo import config
from statusquo.cli.console import Printer
from statusquo.config import LintSettings
from statusquo.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Context:
    """The shared options of one call."""

    printer: Printer
    environ: Mapping[str, str]
    file: Path | None
    overrides: tuple[str, ...]

    def config(self) -> config.Config:
        """The project's configuration. Raises ConfigError."""
        path = self.file or config.find(Path.cwd())
        return config.load(path, environ=self.environ, arguments=self.overrides)

    def lint(self) -> LintSettings:
        """What the project says about its test data; nothing if there is no configuration. Raises ConfigError."""
        try:
            path = self.file or config.find(Path.cwd())
        except ConfigError:
            return LintSettings()
        return config.load_lint(path, environ=self.environ, arguments=self.overrides)
