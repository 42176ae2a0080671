-- What the application has made: tables, indexes, views and triggers. Not shadow tables, which belong to their virtual
-- table, nor indexes without a text, which belong to a constraint.
SELECT type || ' ' || name, sql
FROM {schema}.sqlite_schema
WHERE sql IS NOT NULL
  AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = '{schema}' AND type = 'shadow')
