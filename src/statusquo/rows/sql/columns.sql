-- The columns of the tables that people made: not those of the system, of extensions, of partitions, of statusquo.
SELECT
  namespace.nspname,
  class.relname,
  pg_table_is_visible(class.oid),
  own.attname,
  coalesce(element.typname, base.typname, type.typname),
  element.oid IS NOT NULL,
  CASE WHEN base.oid IS NULL THEN own.atttypmod ELSE type.typtypmod END,
  NOT (own.attnotnull OR type.typnotnull),
  coalesce(pg_get_expr(filled.adbin, filled.adrelid), CASE WHEN own.attidentity <> '' THEN 'identity' END),
  own.attgenerated <> '',
  ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = type.oid ORDER BY enumsortorder)
FROM pg_class AS class
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
JOIN pg_attribute AS own ON own.attrelid = class.oid AND own.attnum > 0 AND NOT own.attisdropped
JOIN pg_type AS type ON type.oid = own.atttypid
LEFT JOIN pg_type AS base ON base.oid = type.typbasetype
LEFT JOIN pg_type AS element ON element.oid = type.typelem AND type.typcategory = 'A'
LEFT JOIN pg_attrdef AS filled ON filled.adrelid = class.oid AND filled.adnum = own.attnum
WHERE class.relkind IN ('r', 'p')
  AND NOT class.relispartition
  AND namespace.nspname NOT IN ('information_schema', 'statusquo')
  AND namespace.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype = 'e'
  )
ORDER BY namespace.nspname, class.relname, own.attnum
