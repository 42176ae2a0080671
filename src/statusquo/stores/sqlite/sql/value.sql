-- A value so that two are equal only if they are of the same type and the same bytes, whatever collation a column has.
-- Text becomes its bytes, because quote() ends at the first NUL.
CASE typeof({column}) WHEN 'text' THEN CAST({column} AS BLOB) WHEN 'integer' THEN {column} ELSE quote({column}) END
