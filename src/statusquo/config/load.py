"""Find the file, parse it, lay environment and arguments over it, have it built and checked. The doors call this."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from statusquo.config import build, data, linting, sources
from statusquo.config.settings import Config
from statusquo.core.errors import ConfigError

FILE = "statusquo.toml"


def find(start: Path) -> Path:
    """The configuration file of the project that *start* lies in: the nearest one upwards.

    Raises ConfigError if there is none up to the root.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if _is_section_of(folder / "pyproject.toml"):
            return folder / "pyproject.toml"
    raise ConfigError(
        f"No {FILE} and no [tool.statusquo] in a pyproject.toml, in {start.absolute()} or above it.",
        next="'statusquo init' writes a commented starter file.",
    )


def load(path: Path, *, environ: Mapping[str, str], arguments: Sequence[str] = ()) -> Config:
    """The configuration in the file at *path*, checked as a whole; *arguments* are ``key.path=value``.

    Raises ConfigError.
    """
    path = path.absolute()
    raw, overrides = _read(path, environ, arguments)
    return build.build(raw, overrides, path=path, environ=environ)


def _read(
    path: Path, environ: Mapping[str, str], arguments: Sequence[str]
) -> tuple[sources.Raw, tuple[sources.Override, ...]]:
    raw = _parse(path)
    if path.name == "pyproject.toml":
        raw = _section(raw)
    overrides = (*sources.from_environment(environ), *sources.from_arguments(arguments))
    return sources.overlay(raw, overrides), overrides


def load_lint(path: Path, *, environ: Mapping[str, str], arguments: Sequence[str] = ()) -> linting.LintSettings:
    """What the file says about test data, whatever it says about a stack. Raises ConfigError."""
    return linting.read(_read(path.absolute(), environ, arguments)[0], path.absolute())


def load_assets(path: Path, *, environ: Mapping[str, str], arguments: Sequence[str] = ()) -> data.AssetsSettings:
    """What the file says the test data are, whatever it says about a stack. Raises ConfigError."""
    return data.read(_read(path.absolute(), environ, arguments)[0], path.absolute())


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read.", why=f"{error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not TOML: {error}.", next=f"Mend {path}; see https://toml.io.") from error


def _section(raw: Mapping[str, object]) -> dict[str, object]:
    tool = raw.get("tool")
    section = tool.get("statusquo") if isinstance(tool, dict) else None
    return dict(section) if isinstance(section, dict) else {}


def _is_section_of(path: Path) -> bool:
    return path.is_file() and "[tool.statusquo" in path.read_text(encoding="utf-8", errors="replace")
