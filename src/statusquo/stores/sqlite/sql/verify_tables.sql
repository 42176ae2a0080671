-- Everything that has rows of its own: the shadow tables of a virtual table, not the virtual table.
SELECT name, printf('"%w"', name)
FROM sqlite_schema
WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %'
