-- Rows that travel as JSON: the server reads them as values of the table's own types.
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM json_populate_recordset(NULL::{table}, %s::json) AS new
