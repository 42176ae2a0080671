"""Sessions beyond `make test`: other interpreters, other pytest, and the checks one by one. Run `nox --list`."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "contracts", "tests"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13"]
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
def bench(session: nox.Session) -> None:
    """Rewinds beside their peers, into build/bench."""
    install(session)
    session.run("python", "bench/rewind.py", *session.posargs)


@nox.session
def changelog(session: nox.Session) -> None:
    """The next release's notes, as they stand."""
    session.install("towncrier")
    session.run("towncrier", "build", "--draft", "--version", session.posargs[0] if session.posargs else "next")
