"""The guard of a run of tests: it opens no connection to a database that the run has not made itself.

The plugin puts it up before Django is loaded and takes it down at the end. It stands at ``connect``, where every
connection begins, so that a query over an open connection costs nothing and no blocker of others is in its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import Enum
from functools import partial
from typing import Any, NoReturn
from unittest import mock

from django.db import OperationalError, connections
from django.db.backends.base.base import NO_DB_ALIAS, BaseDatabaseWrapper
from django.db.backends.base.creation import BaseDatabaseCreation

from statusquo.core.errors import GuardError
from statusquo.django.places import CONSENT, Consent, Place

_MAKING = frozenset({"create_test_db", "clone_test_db", "destroy_test_db", "set_as_test_mirror"})


class RealDatabase(GuardError, OperationalError):
    """A connection was refused, as if the database could not be reached: what copes with that goes on without it."""


class Moment(Enum):
    """When somebody asked: why there is no test database then, and what to do about it."""

    LOADING = (
        "Settings, apps and conftest files are being loaded, and there is no test database yet.",
        "Ask for it later: in a fixture, in a test, or when the value is first needed.",
    )
    COLLECTING = (
        "Tests are being collected, and there is no test database yet.",
        "Ask for it in a fixture or in the test; parametrize with plain values, not with rows.",
    )
    RUNNING = (
        "No test database was made for this alias: pytest-django makes those that a mark or a test class names.",
        (
            "Drop django_db_blocker.unblock(), and a fixture gets the test database by itself at its first query; "
            'or name the alias in a mark: django_db(databases=["{alias}"]).'
        ),
    )


class Guard:
    """Knows which databases this run has made; *asked_by* says in words who is asking at this moment."""

    def __init__(self, consents: Sequence[Consent] = (), *, asked_by: Callable[[], str]) -> None:
        self.moment = Moment.LOADING
        self.create: Callable[..., object] | None = None
        """Makes test databases; it gets Django's way of doing it, the back end's creation and what that is asked."""
        self._consents = consents
        self._asked_by = asked_by
        self._real: dict[str, Place] = {}
        self._made: set[Place] = set()
        self._making: list[str] = []
        self._noticed: set[type] = set()
        self._undo = ExitStack()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Have every new connection of this process judged until the end."""
        with self._undo as undo:
            undo.enter_context(mock.patch.object(BaseDatabaseWrapper, "connect", self._judged()))
            self._note(BaseDatabaseCreation)
            yield

    @contextmanager
    def explaining(self, moment: Moment) -> Iterator[None]:
        """Where pytest-django blocks everything, have the refusal say what is the matter at this *moment*."""
        before, self.moment = self.moment, moment
        try:
            with ExitStack() as undo:
                if BaseDatabaseWrapper.ensure_connection.__module__ != BaseDatabaseWrapper.__module__:
                    undo.enter_context(mock.patch.object(BaseDatabaseWrapper, "ensure_connection", self._refusing()))
                yield
        finally:
            self.moment = before

    def remember(self) -> None:
        """Look where the settings lead to before any test database is made: those are the real ones."""
        for alias in connections:
            if alias not in self._real:
                self._real[alias] = Place.of(connections[alias])
                self._note(type(connections[alias].creation))

    def has_made(self, alias: str) -> bool:
        """True if what the alias leads to now is a test database that is there, or one that the user named."""
        return self._is_known(alias, Place.of(connections[alias]))

    def places(self) -> dict[str, Place]:
        """Where the aliases of test databases lead; of those that share one, the first."""
        known: dict[Place, str] = {}
        for alias in connections:
            if self.has_made(alias):
                known.setdefault(Place.of(connections[alias]), alias)
        return {alias: place for place, alias in known.items()}

    def refuse(self, connection: BaseDatabaseWrapper) -> NoReturn:
        """Raise RealDatabase for a connection, and say who asks."""
        __tracebackhide__ = True
        raise self.refusal(connection, asked_by=self._asked_by())

    def refusal(self, connection: BaseDatabaseWrapper, *, asked_by: str = "") -> RealDatabase:
        """What is to be said at this moment to somebody who wants this connection."""
        alias, place = connection.alias, Place.of(connection)
        why, cure = (text.replace("{alias}", alias) for text in self.moment.value)
        return RealDatabase(
            f"No connection was made to the database {place} (alias {alias!r}): it is no test database of this run.",
            why=f"Asked for by {asked_by}. {why}" if asked_by else why,
            next=f"{cure} If tests are meant to use this very database: {CONSENT} = {alias}={place.name} "
            "in pytest's configuration.",
        )

    def _judge(self, connection: BaseDatabaseWrapper) -> None:
        __tracebackhide__ = True
        alias, place = connection.alias, Place.of(connection)
        self.remember()
        if alias == NO_DB_ALIAS or place.is_in_memory or self._is_known(alias, place):
            return
        if alias not in self._real or connections[alias] is not connection:
            is_fine = self._making or place not in self._real.values()
        else:
            is_fine = alias in self._making and place != self._real[alias]
        if not is_fine:
            self.refuse(connection)

    def _is_known(self, alias: str, place: Place) -> bool:
        return place in self._made or any(c.covers(alias, place) for c in self._consents)

    def _refusing(self) -> Callable[[BaseDatabaseWrapper], None]:
        def refuse(connection: BaseDatabaseWrapper) -> None:
            __tracebackhide__ = True
            self.refuse(connection)

        return refuse

    def _judged(self) -> Callable[[BaseDatabaseWrapper], None]:
        connect = BaseDatabaseWrapper.connect

        def judge_and_connect(connection: BaseDatabaseWrapper) -> None:
            __tracebackhide__ = True
            self._judge(connection)
            connect(connection)

        return judge_and_connect

    def _note(self, creations: type[BaseDatabaseCreation]) -> None:
        """Notice what the back end does with test databases, in ways of its own or in Django's."""
        for kind in creations.__mro__:
            for name in _MAKING.intersection(vars(kind)):
                if kind not in self._noticed:
                    self._undo.enter_context(mock.patch.object(kind, name, self._noted(getattr(kind, name), name)))
            self._noticed.add(kind)

    def _noted(self, django_does: Callable[..., object], name: str) -> Callable[..., object]:
        def do_and_note(creation: BaseDatabaseCreation, *args: Any, **kwargs: Any) -> object:
            connection = creation.connection
            if connection.alias in self._making:
                return django_does(creation, *args, **kwargs)
            self.remember()
            do = django_does
            if name == "create_test_db":
                self._check_name(connection)
                do = partial(self.create, do) if self.create else do
            self._making.append(connection.alias)
            try:
                result: object = do(creation, *args, **kwargs)
            finally:
                self._making.pop()
            if (place := Place.of(connection)) != self._real.get(connection.alias):
                self._made.add(place)
            return result

        return do_and_note

    def _check_name(self, connection: BaseDatabaseWrapper) -> None:
        """Refuse to have the real database emptied because the settings give the test database the same name."""
        name, place = connection.settings_dict["TEST"]["NAME"], Place.of(connection)
        if name and str(name) == place.name and not self._is_known(connection.alias, place):
            self.refuse(connection)
