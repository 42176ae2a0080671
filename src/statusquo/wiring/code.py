"""Which files a service runs, as a digest: a service that was left running is started anew when they have changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

from statusquo.core import fingerprint
from statusquo.core.service import Command, Service

_SKIPPED = ("node_modules", "__pycache__", "tests", "test")
_TESTS = ("test_*.py", "*_test.py", "conftest.py")


def of_service(service: Service) -> str:
    """A digest of size and time of the files in the service's folder whose names its ``watch`` asks for."""
    if not isinstance(service.spec, Command) or not service.spec.watch:
        return ""
    return fingerprint.of_value(sorted(_files(service.spec.cwd, service.spec.watch)))


def _files(root: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not _is_skipped(folder, name)]
        for name in names:
            if any(fnmatchcase(name, p) for p in patterns) and not any(fnmatchcase(name, p) for p in _TESTS):
                path = Path(folder, name)
                with suppress(FileNotFoundError):  # the lock of an editor is a link to nowhere, its copies come and go
                    found = path.stat()
                    yield str(path), found.st_size, found.st_mtime_ns


def _is_skipped(folder: str, name: str) -> bool:
    """Folders of tools, of other people's code and of tests."""
    return name.startswith(".") or name in _SKIPPED or Path(folder, name, "pyvenv.cfg").exists()
