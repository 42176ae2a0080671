"""What every command gets: the printer, the environment, and a way to the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from statusquo import config
from statusquo.cli.console import Printer
from statusquo.config import LintSettings
from statusquo.core.errors import ConfigError

if TYPE_CHECKING:
    from statusquo.assets.files import Stored


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

    def stored(self, path: Path) -> Stored:
        """The test data at a path, as the project's configuration knows them. Raises DatasetError, ConfigError."""
        from statusquo.assets import files  # noqa: PLC0415 - commands for a stack do not pay for it

        return files.read(path, self.lint().references)

    def lint(self) -> LintSettings:
        """What the project says about its test data; nothing if there is no configuration. Raises ConfigError."""
        try:
            path = self.file or config.find(Path.cwd())
        except ConfigError:
            return LintSettings()
        return config.load_lint(path, environ=self.environ, arguments=self.overrides)
