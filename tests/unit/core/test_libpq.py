from psycopg import conninfo

from statusquo.core import libpq
from statusquo.core.endpoint import Address


def test_the_driver_reads_what_was_said_and_has_nothing_to_look_for() -> None:
    address = Address("postgresql", "::1", 6000, "o'neil", "back\\slash 'n quote", "a b")
    assert conninfo.conninfo_to_dict(libpq.conninfo(address)) == {
        "host": "::1",
        "hostaddr": "",
        "port": "6000",
        "user": "o'neil",
        "password": "back\\slash 'n quote",
        "dbname": "a b",
        "options": "",
    }
