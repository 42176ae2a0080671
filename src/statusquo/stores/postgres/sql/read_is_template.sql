-- Finished, and with our mark in its comment.
SELECT datistemplate AND NOT datallowconn AND starts_with(shobj_description(oid, 'pg_database'), %(mark)s)
FROM pg_database WHERE datname = %(database)s
