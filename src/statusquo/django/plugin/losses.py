"""A test may end the transaction that the rows of shared fixtures are in: it is told so, and they are set up anew."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from statusquo.django.frames.stack import Loss
from statusquo.django.plugin import restoring
from statusquo.django.plugin.lifetimes import Lifetimes
from statusquo.django.plugin.shared import Shared


class TransactionLost(UserWarning):
    """The transaction that the rows of shared fixtures were in is over, and with it the fixtures."""


class DataDefined(UserWarning):
    """A test has left DDL above committed rows of shared fixtures, and with it the fixtures are over."""


def repair(lifetimes: Lifetimes, item: pytest.Item) -> None:
    """After a test: finish the fixtures whose rows are lost, and warn."""
    if fixtures := lifetimes.abandon_floors(item.nodeid):
        item.warn(DataDefined(message_of_ddl(item.nodeid, fixtures)))
    for alias, loss in lifetimes.lost().items():
        fixtures = lifetimes.abandon(alias, item.nodeid)
        restorer = restoring.of(item.config)
        is_back = restorer.is_ensured
        if is_back:
            restorer.rewind()
        item.warn(TransactionLost(message(item.nodeid, alias, loss, fixtures, is_back=is_back)))


def message(test: str, alias: str, loss: Loss, fixtures: Iterable[Shared], *, is_back: bool) -> str:
    """What happened, why, and what to do."""
    rows = "" if loss is Loss.CLOSED else _ROWS[is_back]
    return (
        f"{test} ended the transaction on the alias {alias!r} that the rows of shared fixtures were in "
        f"({', '.join(str(shared) for shared in fixtures)}): {loss.value}. They are set up anew for the next test that "
        f"asks for them.{rows} A test that commits or closes connections on purpose needs "
        "django_db(transaction=True)."
    )


def message_of_ddl(test: str, fixtures: Iterable[Shared]) -> str:
    """What happened, why, and what to do."""
    return (
        f"{test} has used DDL while committed rows of shared fixtures were there "
        f"({', '.join(str(shared) for shared in fixtures)}): a journal of rows does not undo that. All rows of the "
        "database were put back to those of the migrations, and the fixtures are set up anew for the next test that "
        "asks for them. Have such tests and fixtures in different modules, and nothing is made twice."
    )


_ROWS = {
    True: " The database was put back.",
    False: " What was committed stays in the test database: run with --create-db if later tests find it there.",
}
