"""``python -m statusquo.django.visited serve|carry``, which ``supervisor.visiting`` starts: no command for people."""

from __future__ import annotations

import sys
from pathlib import Path

from statusquo.django import __main__ as door


def main(command: str) -> None:
    """Answer until nobody asks, with the settings that are set, or that the folder's ``manage.py`` names."""
    door.choose_settings(Path.cwd())
    import django  # noqa: PLC0415 - it reads the settings

    django.setup()
    from statusquo.django.visited import carry, serve  # noqa: PLC0415 - they need the project's models

    {"serve": serve.run, "carry": carry.run}[command](sys.stdin, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
