"""Every type of the server comes back to the last digit, whatever settings the application writes under."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

TYPES = """
SELECT format_type(t.oid, NULL) FROM pg_type t
WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A'
"""
"""Those that a column can have; their arrays are made of them."""

SETTINGS = """
SET DateStyle = 'SQL, DMY'; SET IntervalStyle = sql_standard; SET timezone = 'America/St_Johns';
SET extra_float_digits = -15; SET bytea_output = escape; SET lc_monetary = 'C'; SET search_path = '';
SET quote_all_identifiers = on
"""

OF_THE_CATALOG = {"aclitem", "gtsvector", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary", "pg_node_tree"}  # fmt: skip
"""Nobody but the server writes values of these."""

VALUES: dict[str, tuple[str, str]] = {
    "boolean": ("true", "false"),
    "bytea": (r"\x00ff5c27", r"\x"),
    '"char"': ("x", ""),
    "name": ("Name", "nAME"),
    "bigint": ("-9223372036854775808", "7"),
    "smallint": ("-32768", "7"),
    "integer": ("2147483647", "7"),
    "text": ("a\\b'\"\t\n ä€", ""),
    "oid": ("4294967295", "7"),
    "tid": ("(4294967295,65535)", "(0,1)"),
    "xid": ("4294967295", "3"),
    "cid": ("4294967295", "3"),
    "xid8": ("18446744073709551615", "3"),
    "json": ('{"a": 1,  "a": 2.0}', '{"a":1,"a":2.0}'),
    "jsonb": ('{"a": 1.00}', '{"a": 1.0}'),
    "jsonpath": ("$.a[*] ? (@ > 1)", "strict $"),
    "xml": ("<a b='c'>d</a>", "text"),
    "point": ("(0.1,1e300)", "(-0,0)"),
    "lseg": ("[(0.1,0),(0.30000000000000004,1)]", "[(0,0),(1,1)]"),
    "path": ("((0.1,0),(1,1))", "[(0.1,0),(1,1)]"),
    "box": ("(1,1),(0.1,0)", "(1,1),(0,0)"),
    "polygon": ("((0.1,0),(1,1))", "((0,0),(1,1))"),
    "line": ("{0.1,-1,0}", "{1,-1,0}"),
    "circle": ("<(0.1,0),1e-300>", "<(0,0),1>"),
    "real": ("1.1754944e-38", "-0"),
    "double precision": ("0.30000000000000004", "NaN"),
    "money": ("$92,233,720,368,547,758.07", "-$0.01"),
    "macaddr": ("08:00:2b:01:02:03", "00:00:00:00:00:00"),
    "macaddr8": ("08:00:2b:01:02:03:04:05", "08:00:2b:ff:fe:02:03:04"),
    "inet": ("10.0.0.1/8", "::1"),
    "cidr": ("10.0.0.0/8", "10.0.0.0/9"),
    "bpchar": ("ab  ", "ab"),
    "character": ("a", " "),
    "character varying": ("cd ", "cd"),
    "date": ("4713-01-01 BC", "infinity"),
    "time without time zone": ("23:59:59.999999", "24:00:00"),
    "time with time zone": ("23:59:59.999999-15:59", "00:00:00+00"),
    "timestamp without time zone": ("2020-02-29 23:59:59.999999", "-infinity"),
    "timestamp with time zone": ("2020-02-03 04:05:06.789012+03", "4713-01-01 00:00:00+00 BC"),
    "interval": ("1 mon -1 day 25:00:00.5", "-1 year 2 mons"),
    "bit": ("1", "0"),
    "bit varying": ("0101", ""),
    "numeric": ("1.00", "1.0"),
    "refcursor": ("a cursor", ""),
    "uuid": ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"),
    "tsvector": ("'a':1A 'b''c':2", ""),
    "tsquery": ("'a' & !'b':*", "'a' <-> 'b'"),
    "txid_snapshot": ("10:20:10,14", "10:10:"),
    "pg_snapshot": ("10:20:10,14", "10:10:"),
    "pg_lsn": ("16/B374D848", "0/0"),
    "int2vector": ("1 -2", ""),
    "oidvector": ("1 2", ""),
    "regclass": ("pg_catalog.pg_class", "-"),
    "regproc": ("pg_catalog.now", "-"),
    "regprocedure": ("pg_catalog.abs(integer)", "-"),
    "regoper": ("pg_catalog.||/", "0"),
    "regoperator": ("pg_catalog.+(integer,integer)", "0"),
    "regtype": ("character varying", "-"),
    "regrole": ("tenant", "-"),
    "regnamespace": ("public", "-"),
    "regconfig": ("pg_catalog.english", "pg_catalog.simple"),
    "regdictionary": ("pg_catalog.english_stem", "pg_catalog.simple"),
    "regcollation": ('pg_catalog."C"', "-"),
    "regdatabase": ("postgres", "-"),
    "int4range": ("[1,5)", "empty"),
    "int8range": ("(,5)", "[1,1]"),
    "numrange": ("[1.0,1.00]", "[1,1]"),
    "daterange": ("[2020-01-01,)", "(,)"),
    "tsrange": ('["2020-01-01 00:00:00.000001",infinity]', "empty"),
    "tstzrange": ('["2020-01-01 00:00:00+01",)', "empty"),
    "int4multirange": ("{[1,5),[7,8)}", "{}"),
    "int8multirange": ("{(,5)}", "{}"),
    "nummultirange": ("{[1.0,1.00]}", "{[1,1]}"),
    "datemultirange": ("{[2020-01-01,)}", "{}"),
    "tsmultirange": ('{["2020-01-01 00:00:00.000001",infinity]}', "{}"),
    "tstzmultirange": ('{["2020-01-01 00:00:00+01",)}', "{}"),
}


@pytest.mark.parametrize("key", ["PRIMARY KEY", ""], ids=["with a key", "without"])
def test_every_type_of_the_server(key: str, place: Place, opened: Callable[..., PostgresStore]) -> None:
    app = place.connect()
    left_out = OF_THE_CATALOG | (set() if _has_xml(app) else {"xml"})
    names = sorted({name for (name,) in app.execute(TYPES)} - left_out)
    assert set(names) <= VALUES.keys()
    columns = ", ".join(f"c{number} {name}, l{number} {name}[]" for number, name in enumerate(names))
    app.execute(f"CREATE TABLE every (id int {key}, {columns})".encode())
    places = ", ".join(f"%s::{name}, ARRAY[%s, NULL, %s]::{name}[]" for name in names)
    insert = f"INSERT INTO public.every VALUES (%s, {places})".encode()
    first, second = ([VALUES[name][which] for name in names] for which in (0, 1))

    def row(values: list[str], others: list[str]) -> list[str]:
        return [each for value, other in zip(values, others, strict=True) for each in (value, value, other)]

    app.execute(insert, [1, *row(first, second)])
    app.execute(insert, [2, *row(second, first)])
    store, before = opened(), place.digest()
    baseline = store.capture()
    app.execute(SETTINGS)
    for number in range(len(names)):
        column = f"c{number} = (SELECT c{number} FROM public.every WHERE id = 2)"
        app.execute(f"UPDATE public.every SET {column} WHERE id = 1".encode())
    assert place.digest() != before
    inner, middle = store.capture(), place.digest()
    app.execute("DELETE FROM public.every")
    app.execute(insert, [3, *row(second, first)])
    assert store.rewind(inner).items
    assert place.digest() == middle
    app.execute("TRUNCATE public.every")
    assert store.rewind(baseline).items
    assert place.digest() == before
    assert store.rewind(baseline).is_clean


def _has_xml(app: psycopg.Connection) -> bool:
    try:
        app.execute("SELECT '<a/>'::xml")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True
