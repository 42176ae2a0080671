"""Faults to plant into the store's SQL, mistakes that somebody could make. ``test_planted_faults`` plants them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of ``sql/file.sql`` and what stands there instead."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake by its name, and the edits that make it."""

    name: str
    edits: tuple[Edit, ...]

    def plant(self, file: str, text: str) -> str:
        """The *text* of a file with the fault in it. Every edit must find its place: the sources may have moved on."""
        for edit in self.edits:
            if edit.file == file:
                if edit.old not in text:
                    raise LookupError(f"{self.name}: sql/{file}.sql has no place for it any more:\n{edit.old}")
                text = text.replace(edit.old, edit.new)
        return text


NET_BY_KEY = """SELECT statusquo.one(l) AS logged, ROW({log_columns})::text COLLATE "C" AS image, sum(n) AS net
        FROM {log} l GROUP BY 2 HAVING sum(n) <> 0"""
FIRST_AND_LAST = """SELECT (array_agg(logged))[1] AS logged, image, sum(n) AS net FROM (
            (SELECT DISTINCT ON ({key}) * FROM ordered ORDER BY {key}, place)
            UNION ALL
            (SELECT DISTINCT ON ({key}) * FROM ordered ORDER BY {key}, place DESC)
        ) ends WHERE (place, n) IN (
            SELECT min(place), 1 FROM ordered GROUP BY {key} UNION ALL SELECT max(place), -1 FROM ordered GROUP BY {key}
        ) GROUP BY image HAVING sum(n) <> 0"""
ORDERED = """ordered AS MATERIALIZED (
        SELECT l AS logged, ROW({log_columns})::text COLLATE "C" AS image, n, l.ctid AS place FROM {log} l
    ), change AS MATERIALIZED ("""

BY_STATEMENT = """CREATE FUNCTION {capture}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{settings} AS $statusquo$
#variable_conflict use_column
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' THEN
        RETURN NULL;
    END IF;
    IF tg_level = 'STATEMENT' THEN
        IF tg_op <> 'DELETE' THEN
            INSERT INTO {log} SELECT -1{new} FROM new;
        END IF;
        IF tg_op <> 'INSERT' THEN
            INSERT INTO {log} SELECT 1{old} FROM old;
        END IF;
        INSERT INTO statusquo.dirty VALUES ({relid});
        RETURN NULL;
    END IF;
    IF (SELECT relispartition FROM pg_catalog.pg_class WHERE oid = tg_relid) THEN
        RETURN NULL;
    END IF;"""
STATEMENT_TRIGGERS = """

DO $do$
DECLARE
    place regclass;
BEGIN
    FOR place IN SELECT relid FROM pg_partition_tree('{table}') LOOP
        EXECUTE format('CREATE TRIGGER statusquo_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new
            FOR EACH STATEMENT EXECUTE FUNCTION {capture}()', place);
        EXECUTE format('CREATE TRIGGER statusquo_update AFTER UPDATE ON %s
            REFERENCING OLD TABLE AS old NEW TABLE AS new FOR EACH STATEMENT EXECUTE FUNCTION {capture}()', place);
        EXECUTE format('CREATE TRIGGER statusquo_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old
            FOR EACH STATEMENT EXECUTE FUNCTION {capture}()', place);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER statusquo_insert,
            ENABLE ALWAYS TRIGGER statusquo_update, ENABLE ALWAYS TRIGGER statusquo_delete', place);
    END LOOP;
END
$do$;
"""
ROW_HEAD = (
    BY_STATEMENT.partition("#variable")[0] + BY_STATEMENT.partition("use_column\n")[2].partition("    IF tg_l")[0]
)
ROW_TRIGGER = "FOR EACH ROW EXECUTE FUNCTION {capture}();"

LOGGED = 'ROW({log_columns})::text COLLATE "C"'
STORED = 'ROW({table_columns})::text COLLATE "C"'
"""The images of a logged row and of one in the table."""


def _by_value(image: str) -> str:
    """Numbers of one value look the same, as their type's own ``=`` has it: 1.0 is 1.00."""
    return f"regexp_replace({image}, '\\.0+\\M', '', 'g')"


FAULTS = (
    Fault(
        "the first old image of an ordered log instead of the sum",
        (
            Edit("capture_statement", "-1{added} FROM added UNION ALL SELECT 1{removed} FROM removed;",
                 "1{removed} FROM removed UNION ALL SELECT -1{added} FROM added;"),
            Edit("rewind_by_key", "change AS MATERIALIZED (", ORDERED),
            Edit("rewind_by_key", NET_BY_KEY, FIRST_AND_LAST),
        ),
    ),
    Fault(
        "statement triggers on partition trees",
        (
            Edit("capture_row", ROW_HEAD, BY_STATEMENT),
            Edit("capture_row", ROW_TRIGGER, ROW_TRIGGER + STATEMENT_TRIGGERS),
        ),
    ),
    Fault(
        "triggers that do not fire in replica role",
        (Edit("capture_statement", "ENABLE ALWAYS TRIGGER", "ENABLE TRIGGER"),),
    ),
    Fault(
        "no capture of TRUNCATE",
        (Edit("capture_truncate", "    EXECUTE format({copy}, tg_table_schema, tg_table_name);\n", ""),),
    ),
    Fault(
        "equality of values instead of images, in tables with a key",
        (Edit("rewind_by_key", LOGGED, _by_value(LOGGED)), Edit("rewind_by_key", STORED, _by_value(STORED))),
    ),
    Fault(
        "equality of values instead of images, in tables without",
        (Edit("rewind_by_scan", LOGGED, _by_value(LOGGED)), Edit("rewind_by_scan", STORED, _by_value(STORED))),
    ),
    Fault(
        "caches of sequences that are not flushed",
        (Edit("sequences", "EXECUTE format('ALTER SEQUENCE %s RESTART', cached);", "NULL;"),),
    ),
    Fault(
        "inserting before deleting",
        (
            Edit("rewind_by_key", "WITH change", "WITH RECURSIVE change"),
            Edit("rewind_by_key", "WHERE c.net = -1 AND", "WHERE c.net = -1 AND (SELECT count(*) FROM back) >= 0 AND"),
            Edit("rewind_by_key", " AND (SELECT count(*) FROM gone) >= 0", ""),
        ),
    ),
    Fault(
        "deleting every duplicate of a row without a key",
        (Edit("rewind_by_scan", " AND f.copy <= -f.net", ""),),
    ),
)  # fmt: skip
