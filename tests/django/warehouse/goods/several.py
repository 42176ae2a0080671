"""``python -m goods.several``: the commands that standard input lists as JSON, and what each ends with and prints."""

import contextlib
import io
import json
import sys

import django

django.setup()

from django.core.management import ManagementUtility  # noqa: E402 - it reads the settings


def run(words: list[str]) -> dict[str, object]:
    """Run one command."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            ManagementUtility(["manage.py", *words]).execute()
        except SystemExit as end:
            code = int(end.code or 0)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


json.dump([run(words) for words in json.load(sys.stdin)], sys.stdout)
