-- The rows whose columns have the values of one of these.
DELETE FROM {table} AS old USING json_populate_recordset(NULL::{table}, %s::json) AS new WHERE {same}
