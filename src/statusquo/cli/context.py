"""What every command gets: the printer, the environment, and a way to the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo import config
from statusquo.cli.console import Printer


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
