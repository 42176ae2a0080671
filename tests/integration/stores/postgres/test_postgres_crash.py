"""A crash of the server empties the journal: that is noticed, and never taken for 'nothing changed'."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statusquo.core.errors import NotExact
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place
from tests.integration.stores.postgres.swapping import crash

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

MESSAGE = r"cannot be put back: the server crashed since the baseline\. The journal is not kept through a crash"


def test_a_crash_is_told_and_a_new_start_is_possible(place: Place, opened: Opened) -> None:
    place.connect().execute("CREATE TABLE note (id serial PRIMARY KEY); INSERT INTO note DEFAULT VALUES")
    store = opened()
    outer = store.capture()
    place.connect().execute("INSERT INTO note DEFAULT VALUES")
    inner = store.capture()
    crash(place)
    for act in (lambda: store.rewind(inner), lambda: store.rewind(outer), lambda: store.diff(outer), store.capture):
        with pytest.raises(NotExact, match=MESSAGE):
            act()
    store.close()

    other, app = opened(), place.connect()
    before, baseline = place.digest(), other.capture()
    app.execute("DELETE FROM note; SELECT nextval('note_id_seq')")
    assert not other.rewind(baseline).is_clean
    assert place.digest() == before
