"""Test data carried through a project's migrations by a process of the project. ``statusquo migrate-data`` calls it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from statusquo.assets import files
from statusquo.assets.changes import Change
from statusquo.assets.dump import Wish
from statusquo.config import Config
from statusquo.core.errors import StatusquoError
from statusquo.core.lane import Lane
from statusquo.supervisor import visiting
from statusquo.supervisor.client import Lease


@dataclass(frozen=True, slots=True)
class Carried:
    """What is to be printed and to be written; the exit code is 1 if a check finds that the data are behind."""

    notes: tuple[str, ...]
    result: str
    changes: tuple[Change, ...]
    exit_code: int


class Refused(StatusquoError):
    """The project's process cannot carry the data; it says why, and its exit code is ours."""

    def __init__(self, what: str, exit_code: int) -> None:
        super().__init__(what)
        self.exit_code = exit_code  # type: ignore[misc] # it is that of the error that was raised there


def carry(config: Config, lease: Lease, wish: Wish, **asked: object) -> Carried:
    """What the data are then; *asked* is what ``django.carrying.way.Asked`` has. Raises DatasetError, Refused."""
    question = {
        "files": _texts(wish.path),
        "wish": _plain(wish),
        "asked": asked,
        "folder": "" if wish.path.parent == Path() else f"{wish.path.parent}{os.sep}",
        "login": _login(config, lease.lane),
    }
    with visiting.visit(config, lease, "carry") as visit:
        said = visit.ask(question)
    if "error" in said:
        raise Refused(said["error"], said["exit_code"])
    answer = said["answer"]
    changes = tuple(Change(Path(name), text) for name, text in answer["changes"])
    return Carried(tuple(answer["notes"]), answer["result"], changes, answer["exit_code"])


def _texts(path: Path) -> dict[str, str]:
    """The files of the data and their lock, named from the folder that they are in."""
    stored = files.read(path)
    lock: Sequence[Path] = [stored.lock_path] if stored.lock else []
    contents = {each.path: each.content for each in stored.sources} | {each: each.read_bytes() for each in lock}
    return {str(each.relative_to(path.parent)): content.decode() for each, content in contents.items()}


def _plain(wish: Wish) -> dict[str, object]:
    selection = asdict(wish.selection)
    return {
        "path": wish.path.name,
        "selection": selection,
        "format": wish.format.name if wish.format else None,
        **{name: getattr(wish, name) for name in ("split", "order", "volatile", "policy", "prune", "commit")},
    }


def _login(config: Config, lane: Lane) -> str:
    """Who may make a database on the stack's server, seen from its services; the application's role may not."""
    endpoint = lane.endpoints.get(config.assets.on)
    if endpoint is None or endpoint.admin is None:
        return ""
    seen = endpoint.mesh or endpoint.admin
    return replace(endpoint.admin, host=seen.host, port=seen.port).url
