-- False when a crash emptied tables of the application, which may have had rows in the template.
SELECT EXISTS (SELECT FROM statusquo.intact) OR NOT EXISTS (
    SELECT FROM pg_class WHERE relpersistence = 'u' AND relkind IN ('r', 'S') AND relnamespace <> 'statusquo'::regnamespace
        AND relnamespace <> 'pg_toast'::regnamespace)
