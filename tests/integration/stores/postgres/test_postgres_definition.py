"""What belongs to a database itself and not to what is in it comes with its copies, and back with a swap."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from statusquo.core.errors import NotExact
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place
from tests.integration.stores.postgres.swapping import RECIPE, drop_template, look, make_template

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

SEEN = """
SELECT datdba::regrole::text, datacl::text, datconnlimit::text, shobj_description(oid, 'pg_database'), (
    SELECT array_agg((setrole::regrole, setconfig)::text ORDER BY setrole) FROM pg_db_role_setting
    WHERE setdatabase = d.oid
) FROM pg_database d WHERE datname = %s
"""

OF_THE_RECIPE = """
GRANT CREATE ON DATABASE {live} TO "Lender" WITH GRANT OPTION;
SET ROLE "Lender"; GRANT CREATE ON DATABASE {live} TO borrower WITH GRANT OPTION;
SET ROLE borrower; GRANT CREATE ON DATABASE {live} TO onlooker; RESET ROLE;
REVOKE TEMPORARY ON DATABASE {live} FROM PUBLIC;
ALTER DATABASE {live} SET search_path = 'a b', public;
ALTER DATABASE {live} SET work_mem = '9MB';
ALTER DATABASE {live} SET datestyle = 'SQL, DMY';
ALTER ROLE tenant IN DATABASE {live} SET statement_timeout = '59s';
ALTER DATABASE {live} CONNECTION LIMIT 90;
COMMENT ON DATABASE {live} IS E'it''s {{ours}}, 100 \\\\ %\nand theirs';
"""
OF_THE_START = "ALTER DATABASE {live} SET statement_timeout = '58s'; GRANT TEMPORARY ON DATABASE {live} TO guest"
OF_A_TEST = """
ALTER DATABASE {live} OWNER TO "Lender"; REVOKE ALL ON DATABASE {live} FROM borrower CASCADE;
GRANT ALL ON DATABASE {live} TO PUBLIC; ALTER DATABASE {live} RESET ALL; COMMENT ON DATABASE {live} IS NULL;
ALTER ROLE onlooker IN DATABASE {live} SET work_mem = '8MB'; ALTER DATABASE {live} CONNECTION LIMIT 80;
CREATE TABLE new (id int);
"""


@pytest.fixture
def roles(place: Place) -> Iterator[psycopg.Connection]:
    names = '"Lender", borrower, onlooker, guest'
    with psycopg.connect(place.admin.url.replace(place.admin.name, "postgres"), autocommit=True) as server:
        server.execute("".join(f"CREATE ROLE {name};" for name in names.split(",")))
        yield server
        server.execute(f"ALTER DATABASE {place.admin.name} OWNER TO tenant; DROP OWNED BY {names}; DROP ROLE {names}")


def test_grants_settings_and_comment_come_with_copies_and_back_with_swaps(
    place: Place, roles: psycopg.Connection, opened: Opened
) -> None:
    def seen() -> object:
        return roles.execute(SEEN, [place.admin.name]).fetchone()

    def do(commands: str) -> None:
        with psycopg.connect(place.admin.url, autocommit=True) as admin:
            admin.execute(commands.format(live=place.admin.name).encode())

    with psycopg.connect(place.owner.url, autocommit=True) as recipe:
        recipe.execute(RECIPE)
    do(OF_THE_RECIPE)
    of_the_recipe = seen()
    template = make_template(place)
    assert seen() == of_the_recipe

    store = opened(template=template)
    outer = store.capture()
    do(OF_THE_START)
    of_the_start, before, inner = seen(), look(place), store.capture()
    assert of_the_start != of_the_recipe
    do(OF_A_TEST)
    assert store.rewind(inner).notes
    assert (seen(), look(place)) == (of_the_start, before)
    do("CREATE TABLE new (id int); REVOKE ALL ON DATABASE {live} FROM guest; DROP ROLE guest")
    with pytest.raises(NotExact, match='A role that the database names is gone: role "guest" does not exist'):
        store.rewind(inner)
    roles.execute("CREATE ROLE guest")
    assert store.rewind(inner).notes
    assert seen() == of_the_start
    do(OF_A_TEST)
    assert store.rewind(outer).notes
    assert seen() == of_the_recipe
    drop_template(place, template)
