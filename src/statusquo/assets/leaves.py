"""The last migrations of a project's apps, read from its files without importing any of them."""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterator
from pathlib import Path

_SKIPPED = ("node_modules", "site-packages", "__pycache__", "build", "dist")


def read(root: Path, apps: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By app, the migrations that no other one of the app comes after.

    An app is taken to be called as its folder is; one that is not found, or found twice, is left out.
    """
    folders: dict[str, list[Path]] = {}
    for folder in _migrations(root):
        folders.setdefault(folder.parent.name, []).append(folder)
    return {app: of_folder(folders[app][0]) for app in sorted(apps) if len(folders.get(app, ())) == 1}


def of_folder(folder: Path) -> tuple[str, ...]:
    """The last migrations in a folder of them."""
    paths = [path for path in folder.glob("*.py") if path.stem[0].isalnum()]
    before = {name for path in paths for name in _named(path, folder.parent.name)}
    return tuple(sorted({path.stem for path in paths} - before))


def _migrations(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(each for each in names if not each.startswith(".") and each not in _SKIPPED)
        if Path(folder).name == "migrations" and "__init__.py" in files:
            yield Path(folder)


def _named(path: Path, app: str) -> Iterator[str]:
    """The migrations of the app that one depends on or replaces."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else ()
        if any(isinstance(each, ast.Name) and each.id in {"dependencies", "replaces"} for each in targets):
            yield from _pairs(node, app)


def _pairs(node: ast.AST, app: str) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Tuple(elts=[ast.Constant(value=str(label)), ast.Constant(value=str(name))]) if label == app:
                yield name
            case _:
                continue
