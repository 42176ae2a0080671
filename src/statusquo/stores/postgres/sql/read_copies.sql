-- The copies of a database that we made (copies.py), but for some.
SELECT datname::text FROM pg_database
WHERE NOT datallowconn AND NOT datistemplate AND datname ~ '_[0-9a-f]{16}$'
  AND length(datname) = length(%(like)s) AND left(datname, -16) = left(%(like)s, -16)
  AND shobj_description(oid, 'pg_database') = %(mark)s AND datname <> ALL (%(kept)s)
