-- The next keys of a table.
SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)
