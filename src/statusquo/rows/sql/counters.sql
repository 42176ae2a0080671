-- The sequence behind each of these columns, if there is one.
SELECT at, pg_get_serial_sequence(name, "column")
FROM json_to_recordset(%s::json) AS asked (at int, name text, "column" text)
