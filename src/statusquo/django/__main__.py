"""``python -m statusquo.django COMMAND``: ``manage.py statusquo COMMAND`` for projects that do not install the app.

The settings are those of DJANGO_SETTINGS_MODULE, or those that the folder's ``manage.py`` names.
"""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

_VARIABLE = "DJANGO_SETTINGS_MODULE"


def main(arguments: list[str]) -> None:
    """Run a subcommand; ends the process with its exit code."""
    choose_settings(Path.cwd())
    import django  # noqa: PLC0415 - it reads the settings

    from statusquo.django.management.commands.statusquo import Command  # noqa: PLC0415 - as above

    django.setup()
    Command().run_from_argv(["python -m", "statusquo.django", *arguments])


def choose_settings(folder: Path) -> None:
    """Have the settings in the environment that are there, or that a folder's ``manage.py`` sets; else end."""
    settings = os.environ.get(_VARIABLE) or settings_of(folder / "manage.py")
    if not settings:
        sys.exit(f"Error: {_VARIABLE} is not set, and there is no manage.py in {folder} that sets it.")
    os.environ[_VARIABLE] = settings


def settings_of(manage: Path) -> str:
    """The settings that a ``manage.py`` sets where nothing else does, read but not run; empty: there are none."""
    try:
        tree = ast.parse(manage.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=[ast.Constant(value=str(name)), ast.Constant(value=str(settings))]) if name == _VARIABLE:
                return settings
            case _:
                continue
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])
