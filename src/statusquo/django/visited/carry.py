"""``migrate-data`` for the command line outside, whose files this process may not see: they come with the question."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from statusquo.assets import formats
from statusquo.assets.dump import Wish
from statusquo.assets.selection import Selection
from statusquo.core.errors import StatusquoError
from statusquo.django.carrying import server, way
from statusquo.django.carrying.way import Asked, Done


def run(questions: TextIO, answers: TextIO) -> None:
    """Answer the one question with what to print and what to write."""
    question = json.loads(questions.readline())
    os.environ[server.ADMIN] = question["login"]
    with tempfile.TemporaryDirectory(prefix="statusquo-") as folder:
        try:
            said: object = {"answer": _answer(question, Path(folder))}
        except StatusquoError as error:
            said = {"error": str(error), "exit_code": error.exit_code}
        text = json.dumps(said).replace(_inside(f"{folder}{os.sep}"), _inside(question["folder"]))
    answers.write(f"{text}\n")
    answers.flush()


def _inside(path: str) -> str:
    """A path as it stands inside a text of JSON: files are called as they are where they come from."""
    return json.dumps(path)[1:-1]


def _answer(question: Mapping[str, Any], folder: Path) -> Mapping[str, object]:
    for name, text in question["files"].items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return _plain(way.go(_wish(question["wish"], folder), Asked(**question["asked"])))


def _wish(said: Mapping[str, Any], folder: Path) -> Wish:
    selection = Selection(**{name: tuple(each) for name, each in said["selection"].items()})
    shape = next((each for each in formats.FORMATS if each.name == said["format"]), None)
    given = {name: said[name] for name in ("split", "order", "policy", "prune", "commit")}
    return Wish(folder / said["path"], selection, format=shape, volatile=tuple(said["volatile"]), **given)


def _plain(done: Done) -> Mapping[str, object]:
    return {
        "notes": list(done.notes),
        "result": done.result,
        "changes": [[str(each.path), each.text] for each in done.changes],
        "exit_code": done.exit_code,
    }
