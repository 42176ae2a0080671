from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusquo.core.errors import MissingProgram
from statusquo.runtimes import privileges
from statusquo.runtimes.privileges import UNSHARE, Footing, Situation
from statusquo.runtimes.process import Account

NOBODY = Account("nobody", 65534, 65534)


def test_an_ordinary_user_runs_postgres_directly() -> None:
    assert privileges.decide(Situation(is_root=False, can_unshare=True, account=NOBODY)) == Footing()


def test_root_runs_it_in_a_user_namespace() -> None:
    assert privileges.decide(Situation(is_root=True, can_unshare=True, account=NOBODY)) == Footing(prefix=UNSHARE)


def test_root_without_namespaces_runs_it_as_nobody() -> None:
    assert privileges.decide(Situation(is_root=True, account=NOBODY)) == Footing(account=NOBODY)


def test_root_with_neither_is_told_so() -> None:
    with pytest.raises(MissingProgram) as failure:
        privileges.decide(Situation(is_root=True))
    assert str(failure.value) == (
        "PostgreSQL refuses to run as root, and there is no other way to run it here. "
        "User namespaces are denied (unshare), and there is no account 'nobody' to run it as. "
        "Run the tests as an ordinary user, or allow user namespaces in this container."
    )


def test_what_is_probed_here_is_who_we_are() -> None:
    assert privileges.probe().is_root == (os.geteuid() == 0)


@pytest.fixture
def stranger() -> Account:
    return Account("stranger", 54321, 54321)


def test_a_folder_is_reachable_when_every_folder_on_the_way_is_open(tmp_path: Path, stranger: Account) -> None:
    _open_up_to(tmp_path)
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    assert privileges.is_reachable(inner, stranger)
    inner.parent.chmod(0o700)
    assert not privileges.is_reachable(inner, stranger)


def test_a_link_into_a_closed_folder_is_not_reachable(tmp_path: Path, stranger: Account) -> None:
    _open_up_to(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "inner").mkdir()
    (tmp_path / "link").symlink_to(closed / "inner")
    assert not privileges.is_reachable(tmp_path / "link", stranger)


def test_a_closed_folder_is_reachable_for_its_owner(tmp_path: Path) -> None:
    _open_up_to(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert privileges.is_reachable(closed, Account("us", os.geteuid(), os.getegid()))


def _open_up_to(folder: Path) -> None:
    """pytest closes its own temporary folders to others: those of a user, of a run and of a worker."""
    folder.chmod(0o755)
    for each in folder.parents:
        if each.name.startswith(("pytest-", "popen-")):
            each.chmod(0o755)
