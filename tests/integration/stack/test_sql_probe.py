"""When an SQL probe holds: the query succeeds, and one for rows gives a row."""

from __future__ import annotations

import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.service import SqlProbe
from statusquo.services.postgres import probe

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 1", ""),
        ("SELECT 1 WHERE false", "no row"),
        ("SELECT count(*) FROM pg_class WHERE false", ""),
        ("DO 'BEGIN END'", ""),
        ("SELECT * FROM nowhere", 'relation "nowhere" does not exist'),
    ],
)
def test_an_sql_probe_holds_when_the_query_gives_what_it_is_for(
    postgres_server: Endpoint, query: str, said: str
) -> None:
    assert postgres_server.host is not None
    answer = probe.answer(postgres_server.host, SqlProbe(query))
    assert answer.startswith(said)
    assert bool(answer) == bool(said)
