-- Whether a swap that was killed may have closed this database: nobody can ask it for its mark now, but a swap needs a
-- template or a copy beside it, and those have our mark in their comments.
SELECT NOT datallowconn AND NOT datistemplate
    AND EXISTS (SELECT FROM pg_database WHERE starts_with(shobj_description(oid, 'pg_database'), %(mark)s))
FROM pg_database WHERE datname = %(database)s
