-- The columns of a table that are stored, and the place of each in the primary key.
SELECT name, printf('"%w"', name), pk
FROM pragma_table_info(:table, :schema)
ORDER BY cid
