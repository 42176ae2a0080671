"""What the sessions of a story send: tried on every table, and failing on some. ``stories`` draws from it."""

from __future__ import annotations

COLUMNS = "id, up, n, area, v"

WRITES = (
    "INSERT INTO {t} (n, area, v) VALUES ({b}, 'n', {v})",
    """INSERT INTO {t} (id, n, area, v) OVERRIDING SYSTEM VALUE
       VALUES ({a} + 4, {b}, 's', {v}), ({a} + 5, {a}, 'x', {v})""",
    f"INSERT INTO {{t}} ({COLUMNS}) OVERRIDING SYSTEM VALUE SELECT {COLUMNS} FROM {{t}} LIMIT {{a}}",
    f"INSERT INTO {{t}} ({COLUMNS}) OVERRIDING SYSTEM VALUE SELECT id + 6, id, n + 6, area, v FROM {{t}}",
    "INSERT INTO {t} (id, n, v) OVERRIDING SYSTEM VALUE VALUES ({a}, {b}, {v}) ON CONFLICT DO NOTHING",
    "INSERT INTO {t} (id, n) OVERRIDING SYSTEM VALUE VALUES ({a}, {b}) ON CONFLICT (id) DO UPDATE SET n = {t}.n + 7",
    "INSERT INTO {t} (id, area) OVERRIDING SYSTEM VALUE VALUES ({a}, 'n') ON CONFLICT (id, area) DO UPDATE SET v = {v}",
    "INSERT INTO {leaf} (id, n, area) OVERRIDING SYSTEM VALUE VALUES ({a} + 7, {b}, 'n')",
    "INSERT INTO {view} (n, area) VALUES ({a} + 8, 's')",
    "COPY {t} (id, n, area) FROM STDIN",
    "UPDATE {t} SET n = n + {b}",
    "UPDATE {t} SET n = 6 - n",
    "UPDATE {t} SET id = id + 100",
    "UPDATE {t} SET id = id + 10 WHERE id = {a}",
    "UPDATE {t} SET up = {b} WHERE id = {a}",
    "UPDATE {t} SET up = NULL WHERE n > {a}",
    "UPDATE {t} SET v = {w}",
    "UPDATE {t} SET v = {v} WHERE id <= {a}",
    "UPDATE {t} SET v = v",
    "UPDATE {t} SET area = CASE area WHEN 'n' THEN 's' ELSE 'n' END WHERE id <= {a}",
    "UPDATE {t} SET area = 'other', n = n + 1 WHERE n = {a}",
    "UPDATE ONLY {t} SET n = {a} WHERE id = {b}",
    "UPDATE {leaf} SET n = n + {a}",
    "UPDATE {view} SET n = n + {a} WHERE id = {b}",
    "UPDATE {t} SET n = o.n FROM {u} o WHERE o.id = {t}.id",
    "DELETE FROM {t} WHERE id = {a}",
    "DELETE FROM {t} WHERE n % 3 = {a} % 3",
    "DELETE FROM {t} WHERE ctid IN (SELECT ctid FROM {t} LIMIT {a})",
    "DELETE FROM ONLY {t} WHERE id <= {a}",
    "DELETE FROM {leaf}",
    "DELETE FROM {view} WHERE id = {a}",
    "WITH gone AS (DELETE FROM {t} WHERE id <= {a} RETURNING *) INSERT INTO {u} (n, area) SELECT n, area FROM gone",
    "WITH gone AS (DELETE FROM {t} WHERE id = {a} RETURNING *) INSERT INTO {t} (n, area) SELECT n, area FROM gone",
    """MERGE INTO {t} t USING (VALUES ({a}), ({b} + 5)) s (id) ON t.id = s.id WHEN MATCHED AND t.n > 3 THEN DELETE
       WHEN MATCHED THEN UPDATE SET n = 4 WHEN NOT MATCHED THEN INSERT (n, area) VALUES (s.id, 'n')""",
    """MERGE INTO {t} t USING (VALUES ({a})) s (id) ON t.id = s.id
       WHEN MATCHED AND t.area = 'n' THEN UPDATE SET area = 's' WHEN MATCHED THEN UPDATE SET area = 'n'""",
    """MERGE INTO {t} t USING {u} s ON t.id = s.id + {a}
       WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED BY SOURCE THEN DELETE""",
    "TRUNCATE {t}",
    "TRUNCATE {t} CASCADE",
    "TRUNCATE {t}, {u} RESTART IDENTITY CASCADE",
    "TRUNCATE ONLY {t}",
    "TRUNCATE {leaf} CASCADE",
)
OTHERS = (
    "SELECT nextval('dealt')",
    "SELECT nextval(pg_get_serial_sequence('{t}', 'id'))",
    "SELECT setval(pg_get_serial_sequence('{t}', 'id'), {a}, false)",
    "ALTER SEQUENCE dealt RESTART {a}",
    "SELECT lo_from_bytea(0, 'x{a}')",
    "SELECT lo_put(max(oid), 0, 'y{a}') FROM pg_largeobject_metadata",
    "SELECT lo_unlink(min(oid)) FROM pg_largeobject_metadata",
    "SET datestyle = 'German, DMY'; SET intervalstyle = sql_standard; SET extra_float_digits = -3",
    "SET timezone = 'Asia/Kolkata'; SET bytea_output = escape; SET search_path = public, pg_catalog",
    "CREATE TEMP TABLE IF NOT EXISTS scratch AS SELECT id FROM {t}",
    "SELECT * FROM {t} FOR UPDATE",
    "SELECT pg_notify('news', '{a}'), pg_advisory_xact_lock({a})",
    "VACUUM (FREEZE) {t}",
    "VACUUM FULL {t}",
    "INSERT INTO nowhere VALUES (1)",
)
TRANSACTIONS = (
    "BEGIN", "BEGIN; SAVEPOINT s", "ROLLBACK TO s", "BEGIN; SAVEPOINT r", "ROLLBACK TO r", "RELEASE s", "COMMIT",
    "BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE", "SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK",
)  # fmt: skip
FORGOTTEN = "".join(
    f"RESET {name};"
    for name in ("datestyle", "intervalstyle", "extra_float_digits", "timezone", "bytea_output", "search_path")
)
"""What the settings of one story must not do to the next."""
