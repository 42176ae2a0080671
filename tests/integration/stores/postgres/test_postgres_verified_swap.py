"""``--verify`` sees past a swap: the database in the place of the old one is compared with how that was."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import NotExact
from statusquo.rewind.rewinder import Rewinder
from statusquo.rewind.verify import WHENS, Verifier, When
from statusquo.stores.postgres.store import open_store
from statusquo.stores.postgres.verify import PostgresWitness
from tests.integration.stores.postgres import upheavals
from tests.integration.stores.postgres.place import NONCE
from tests.integration.stores.postgres.schemas import Table

pytestmark = pytest.mark.integration

ONE = Table("plain", "serial", "PRIMARY KEY (id)", "", "text", None, is_computed=False, extras=())
TESTS = ("DELETE FROM one", "DROP TABLE one CASCADE", "UPDATE one SET n = 0; SELECT nextval('dealt')")


@pytest.mark.parametrize("when", WHENS)
def test_a_run_with_a_swap_in_the_middle_is_verified(postgres_server: Endpoint, when: When) -> None:
    assert postgres_server.admin is not None
    with upheavals.copied(postgres_server.admin, f"verified_{when}", [ONE]) as copied:
        address = copied.place.admin
        store = open_store("db", address, nonce=NONCE, template=copied.template)
        verifier = Verifier([PostgresWitness("db", address)], when)
        rewinder = Rewinder([store], emit=lambda _: None, clock=time.perf_counter, verifier=verifier)
        with closing(store):
            rewinder.push("baseline")
            notes = [_run(rewinder, address.url, statement) for statement in TESTS]
            assert [bool(note) for note in notes] == [False, True, False]
            rewinder.verify()
            with psycopg.connect(address.url) as sly:
                sly.execute("SET statusquo.journal = off; DELETE FROM one WHERE id = 1")
            with pytest.raises(NotExact, match=r"db: public\.one: 4 rows, .* in the baseline, 3 rows, .* now"):
                rewinder.verify()


def _run(rewinder: Rewinder, url: str, statement: str) -> tuple[str, ...]:
    """What the rewind after a test has to say."""
    with psycopg.connect(url) as app:
        app.execute(statement.encode())
    return rewinder.rewind(statement).stores[0].notes
