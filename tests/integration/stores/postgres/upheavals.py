"""Stories with DDL in them, over a database that is a copy of a template: what the journal cannot put back is swapped.

As ``stories``, with the catalog among what the witness sees; the application connects anew for every chapter.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg
from hypothesis import strategies as st

from statusquo.core.baseline import Baseline
from statusquo.core.endpoint import Address
from statusquo.stores.postgres import clone, mark
from statusquo.stores.postgres.store import PostgresStore, open_store
from statusquo.stores.postgres.swap import Template
from tests.integration.stores.postgres import place as places
from tests.integration.stores.postgres import stories
from tests.integration.stores.postgres.place import NONCE, Place
from tests.integration.stores.postgres.schemas import Schema
from tests.integration.stores.postgres.stories import OTHER, TRANSACTION, WRITE, Chapter, Story

DDL = (
    "CREATE TABLE new{a} (id serial, n int); INSERT INTO new{a} VALUES (1, {b})",
    "CREATE TABLE copy{a} AS SELECT * FROM {t}",
    "DROP TABLE {t} CASCADE",
    "DROP TABLE {leaf} CASCADE",
    "BEGIN; DROP TABLE {t} CASCADE; ROLLBACK",
    "ALTER TABLE {t} ADD more{a} text DEFAULT 'm'; UPDATE {t} SET more{a} = n",
    "ALTER TABLE {t} DROP COLUMN v",
    "ALTER TABLE {t} RENAME COLUMN up TO down",
    "ALTER TABLE {t} ALTER n TYPE bigint",
    "ALTER TABLE {t} ADD UNIQUE (n, id)",
    "ALTER TABLE {t} DETACH PARTITION {leaf}",
    "ALTER TABLE {t} DETACH PARTITION {leaf}; DELETE FROM {leaf}; ALTER TABLE {t} ATTACH PARTITION {leaf} DEFAULT",
    "CREATE TABLE part{a} PARTITION OF {t} FOR VALUES IN ('other')",
    "ALTER TABLE {t} SET UNLOGGED",
    "ALTER TABLE {t} DISABLE TRIGGER USER; DELETE FROM {t}; ALTER TABLE {t} ENABLE TRIGGER USER",
    "CREATE INDEX ON {t} (n)",
    "CREATE OR REPLACE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT {a}'",
    "CREATE TRIGGER more{a} AFTER INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION write_down()",
    "CREATE RULE more{a} AS ON UPDATE TO {t} DO ALSO DELETE FROM {u} WHERE id = {a}",
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'odd{a}'",
    "ALTER SEQUENCE dealt INCREMENT 7; SELECT nextval('dealt')",
    "DROP SEQUENCE dealt",
    "DELETE FROM {t}; REFRESH MATERIALIZED VIEW seen",
    "CREATE SCHEMA aside{a}",
    "GRANT SELECT ON {t} TO PUBLIC",
    "DO $$ BEGIN EXECUTE 'CREATE TABLE within{a} ()'; END $$",
)
STEPS = stories.steps(WRITE, WRITE, WRITE, OTHER, TRANSACTION, st.sampled_from(DDL))
UPHEAVALS = stories.stories(STEPS, longest=10)

CATALOG = """
WITH own AS (
    SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'statusquo') AND relpersistence <> 't'
)
SELECT oid::regclass::text, (relkind, relpersistence, relowner, relacl, relrowsecurity)::text FROM own
UNION ALL SELECT attrelid::regclass::text,
    (attnum, attname, format_type(atttypid, atttypmod), attnotnull, attisdropped)::text
    FROM pg_attribute WHERE attrelid IN (SELECT oid FROM own) AND attnum > 0
UNION ALL SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
    WHERE adrelid IN (SELECT oid FROM own)
UNION ALL SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid IN (SELECT oid FROM own)
UNION ALL SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid IN (SELECT oid FROM own)
UNION ALL SELECT inhrelid::regclass::text, (inhparent::regclass, inhseqno)::text FROM pg_inherits
    WHERE inhrelid IN (SELECT oid FROM own)
UNION ALL SELECT tgrelid::regclass::text, tgenabled::text || pg_get_triggerdef(oid) FROM pg_trigger
    WHERE NOT tgisinternal AND tgname !~ '^~?statusquo_' AND tgrelid IN (SELECT oid FROM own)
UNION ALL SELECT ev_class::regclass::text, pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM own)
UNION ALL SELECT seqrelid::regclass::text, (seqincrement, seqcache)::text FROM pg_sequence
    WHERE seqrelid IN (SELECT oid FROM own)
UNION ALL SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT enumtypid::regtype::text, enumlabel::text FROM pg_enum
UNION ALL SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2
"""

Seen = tuple[Mapping[str, Sequence[str]], Sequence[object]]


@dataclass
class Copied:
    """A copy of a template, and what was done to it."""

    place: Place
    template: Template
    schema: Schema
    done: list[str] = field(default_factory=list)

    def play(self, chapter: Chapter) -> None:
        with stories.staged(self.place, self.schema) as stage:
            stage.play(chapter.steps)
            self.done += stage.done

    def look(self) -> Seen:
        with psycopg.connect(self.place.admin.url, autocommit=True) as witness:
            return places.read_digest(witness), witness.execute(CATALOG).fetchall()


Known = tuple[Baseline, Seen]
"""A baseline and what the witness saw there."""


@contextlib.contextmanager
def copied(server: Address, name: str, schema: Schema) -> Iterator[Copied]:
    """A database made from a template with that schema, journaled, with nothing done to it yet."""
    template = Template(server, f"{name}_template")
    with places.made(server, name) as place:
        with stories.staged(place) as stage:
            stage.build(schema)
        with contextlib.closing(open_store("db", place.admin, nonce=NONCE, template=template)) as store:
            store.capture()
        clone.make_template(server, name, template.name, nonce=NONCE)
        try:
            clone.create_from_template(server, template.name, name)
            mark.write(place.admin, NONCE)
            yield Copied(place, template, schema)
        finally:
            clone.drop_database(server, template.name, nonce=NONCE)


def tell(copied: Copied, story: Story) -> None:
    """Go through the chapters, then back through all baselines, by journal or by swap."""
    store = open_store("db", copied.place.admin, nonce=NONCE, template=copied.template)
    with contextlib.closing(store):
        known = [(store.capture(), copied.look())]
        for chapter in story.chapters:
            if chapter.rewind_to is not None:
                del known[chapter.rewind_to % len(known) + 1 :]
            copied.play(chapter)
            if chapter.rewind_to is None:
                seen = copied.look()
                known.append((store.capture(), seen))
            else:
                _back(copied, store, known)
        while known:
            _back(copied, store, known)
            known.pop()


def _back(copied: Copied, store: PostgresStore, known: Sequence[Known]) -> None:
    """Rewind to the last of those known."""
    baseline, seen = known[-1]
    store.rewind(baseline)
    assert seen == copied.look()
    assert store.diff(baseline).is_empty
    assert store.rewind(baseline).is_clean
