-- The tables with rows to compare; those of a virtual table are compared, not those of its shadow tables.
SELECT name, printf('"%w"', name)
FROM pragma_table_list
WHERE schema = :schema AND type IN ('table', 'virtual') AND name <> 'sqlite_schema'
ORDER BY name
