CREATE FUNCTION {capture_truncate}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{settings} AS $statusquo$
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' THEN
        RETURN NULL;
    END IF;
    IF statusquo.has_old_snapshot() THEN
        PERFORM statusquo.note(
            'TRUNCATE', format('%I.%I by a snapshot that may be older than its rows', tg_table_schema, tg_table_name));
    END IF;
    EXECUTE format({copy}, tg_table_schema, tg_table_name);
    INSERT INTO statusquo.dirty VALUES ({relid});
    RETURN NULL;
END
$statusquo$;
