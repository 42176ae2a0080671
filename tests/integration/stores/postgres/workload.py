"""A schema with one of each trap, and statements that step into them: what the property test draws from."""

from __future__ import annotations

SCHEMA = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree ON UPDATE CASCADE ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED, note text);
CREATE TABLE leaf (id serial PRIMARY KEY, tree int REFERENCES tree ON UPDATE CASCADE ON DELETE SET NULL, price numeric,
    m mood DEFAULT 'glad', doubled numeric GENERATED ALWAYS AS (price * 2) STORED);
CREATE TABLE again (id int PRIMARY KEY, n int, rank int UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE last_wins (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code int UNIQUE);
CREATE TABLE bag (a int, b text);
CREATE TABLE base (id int, name text);
CREATE TABLE special (more text) INHERITS (base);
CREATE TABLE part (id int, area text, n int, PRIMARY KEY (id, area)) PARTITION BY LIST (area);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('n');
CREATE TABLE part_s (gone int, n int, area text NOT NULL, id int NOT NULL);
ALTER TABLE part_s DROP COLUMN gone;
ALTER TABLE part ATTACH PARTITION part_s FOR VALUES IN ('s');
CREATE TABLE of_part (id int, area text, FOREIGN KEY (id, area) REFERENCES part ON UPDATE CASCADE ON DELETE CASCADE);
CREATE TABLE stay (id int PRIMARY KEY, nights int4range, EXCLUDE USING gist (nights WITH &&));
CREATE TABLE audit (line text);
CREATE TYPE span AS (since date, long interval);
CREATE TABLE odd (at timestamptz, s span, f float8, price numeric);
CREATE VIEW shown AS SELECT id, code FROM last_wins;
CREATE RULE noted AS ON INSERT TO odd DO ALSO INSERT INTO audit VALUES ('by rule');
CREATE SEQUENCE dealt CACHE 4;

CREATE FUNCTION once_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE again SET n = n + 1 WHERE id IN (new.id, new.id + 1) AND n % 3 = 1; RETURN NULL; END $$;
CREATE TRIGGER once_more AFTER UPDATE ON again FOR EACH ROW EXECUTE FUNCTION once_more();
CREATE FUNCTION make_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN DELETE FROM last_wins WHERE code = new.code; RETURN new; END $$;
CREATE TRIGGER make_room BEFORE INSERT ON last_wins FOR EACH ROW EXECUTE FUNCTION make_room();
CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO audit SELECT tg_table_name || tg_op FROM generate_series(1, 2); RETURN NULL; END $$;
CREATE TRIGGER write_down AFTER INSERT OR UPDATE OR DELETE ON leaf FOR EACH ROW EXECUTE FUNCTION write_down();
CREATE TRIGGER write_down AFTER TRUNCATE ON bag FOR EACH STATEMENT EXECUTE FUNCTION write_down();

INSERT INTO tree VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, 1, 'd');
INSERT INTO leaf (tree, price) SELECT g % 4 + 1, g FROM generate_series(1, 6) g;
INSERT INTO again SELECT g, g, g FROM generate_series(1, 5) g;
INSERT INTO last_wins (code) VALUES (1), (2), (3);
INSERT INTO bag SELECT g % 2, 'x' FROM generate_series(1, 6) g;
INSERT INTO base VALUES (1, 'a'), (1, 'a'); INSERT INTO special VALUES (1, 'a', 'b'), (2, 'c', NULL);
INSERT INTO part SELECT g, CASE g % 2 WHEN 0 THEN 'n' ELSE 's' END, g FROM generate_series(1, 6) g;
INSERT INTO of_part SELECT id, area FROM part WHERE id < 4;
INSERT INTO odd VALUES ('2024-02-29 12:00+01', ('2024-02-29', '1 mon -1 day'), 0.1::float8 + 0.2, 1.0);
INSERT INTO odd VALUES (NULL, NULL, '-0', 1), (NULL, NULL, '0', 1.00);
INSERT INTO stay VALUES (1, '[1,3)'), (2, '[3,5)'), (3, '[5,7)');
"""

STATEMENTS = (
    "INSERT INTO tree VALUES ({a} + 4, {b} % 4 + 1, 'new')",
    "UPDATE tree SET id = id + 100",
    "UPDATE tree SET id = id + 10 WHERE id = {a}",
    "UPDATE tree SET parent = {b} WHERE id = {a}",
    "UPDATE tree SET note = note || '.' WHERE parent = {a}",
    "DELETE FROM tree WHERE id = {a}",
    "INSERT INTO leaf (tree, price) VALUES ({a}, {b})",
    "UPDATE leaf SET price = price * 1.0 WHERE id <= {a}",
    "UPDATE leaf SET m = 'sad', tree = NULL WHERE id = {a}",
    "DELETE FROM leaf WHERE id % 3 = {a} % 3",
    "WITH gone AS (DELETE FROM leaf WHERE id = {a} RETURNING tree) INSERT INTO leaf (tree) SELECT tree FROM gone",
    "UPDATE again SET n = n + {b}",
    "UPDATE again SET n = 1 WHERE id = {a}",
    "UPDATE again SET rank = 6 - rank",
    "INSERT INTO again VALUES ({a}, {b}, {a}) ON CONFLICT (id) DO UPDATE SET n = again.n + 1",
    "INSERT INTO again VALUES ({a}, {b}, {b} + 20) ON CONFLICT DO NOTHING",
    "INSERT INTO last_wins (code) VALUES ({a}), ({b})",
    "INSERT INTO last_wins (id, code) OVERRIDING SYSTEM VALUE VALUES ({a} + 50, {b})",
    "UPDATE last_wins SET code = -code",
    "INSERT INTO bag VALUES ({a} % 2, 'x'), ({a} % 2, 'x'), (NULL, '')",
    "DELETE FROM bag WHERE ctid IN (SELECT ctid FROM bag LIMIT {a})",
    "UPDATE bag SET a = {b} % 2 WHERE a = {a} % 2",
    "UPDATE bag SET b = b",
    "INSERT INTO bag SELECT * FROM bag LIMIT {a}",
    "UPDATE base SET name = name || {a}",
    "UPDATE ONLY base SET id = {a}",
    "INSERT INTO special VALUES ({a}, 'c', NULL)",
    "DELETE FROM base WHERE id = {a}",
    "UPDATE part SET area = CASE area WHEN 'n' THEN 's' ELSE 'n' END WHERE id <= {a}",
    "UPDATE part SET n = n + {b}, id = id + 10 WHERE id = {a}",
    "INSERT INTO part VALUES ({a} + 6, 's', {b}) ON CONFLICT (id, area) DO UPDATE SET n = 0",
    "INSERT INTO part_n VALUES ({a} + 6, 'n', {b})",
    "DELETE FROM part WHERE id = {a}",
    "DELETE FROM part_s WHERE id = {b}",
    "INSERT INTO of_part SELECT id, area FROM part WHERE id = {a}",
    "UPDATE stay SET nights = int4range(lower(nights) + 100, upper(nights) + 100) WHERE id = {a}",
    "UPDATE stay SET nights = int4range(lower(nights) - 100, upper(nights) - 100) WHERE id = {b}",
    "DELETE FROM stay WHERE id = {a}",
    "INSERT INTO stay VALUES ({a} + 3, int4range({b} * 2 + 7, {b} * 2 + 9))",
    "INSERT INTO odd VALUES ('2024-02-0{a} 01:00', ('2024-02-0{b}', '{a} mon'), {a} / 3.0::float8, {b}.0)",
    "UPDATE odd SET s.long = (s).long + '1 hour'",
    "UPDATE odd SET price = price * 1.0",
    "UPDATE odd SET price = 1.0 WHERE price = {a}",
    "UPDATE odd SET f = -f, at = at + '{a} days'",
    "SET datestyle = 'German, DMY'; SET intervalstyle = sql_standard; SET extra_float_digits = -3",
    "SET timezone = 'Asia/Kolkata'; SET bytea_output = escape; SET search_path = public, pg_catalog",
    "UPDATE shown SET code = code + {a} WHERE code = {b}",
    "DELETE FROM shown WHERE code = {a}",
    "TRUNCATE tree CASCADE",
    "TRUNCATE leaf RESTART IDENTITY",
    "TRUNCATE bag, audit",
    "TRUNCATE ONLY base",
    "TRUNCATE part_s CASCADE",
    "SELECT nextval('leaf_id_seq')",
    "SELECT setval('leaf_id_seq', {a}, false)",
    "SELECT nextval('dealt')",
    "INSERT INTO tree VALUES (1, NULL, 'fails')",
)

MERGES = (
    """MERGE INTO again t USING (VALUES ({a}), ({b} + 5)) v (id) ON t.id = v.id
       WHEN MATCHED AND t.n > 3 THEN DELETE WHEN MATCHED THEN UPDATE SET n = 4
       WHEN NOT MATCHED THEN INSERT VALUES (v.id, 0, v.id)""",
    """MERGE INTO part p USING (VALUES ({a})) v (id) ON p.id = v.id
       WHEN MATCHED AND p.area = 'n' THEN UPDATE SET area = 's'
       WHEN MATCHED THEN UPDATE SET area = 'n' WHEN NOT MATCHED THEN INSERT VALUES (v.id, 'n', 0)""",
)
