-- The databases that a connection has at hand, with the file of each; temporary tables are the connection's own affair.
SELECT name, coalesce(file, '')
FROM pragma_database_list
WHERE name <> 'temp'
ORDER BY seq
