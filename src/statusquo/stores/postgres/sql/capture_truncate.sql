CREATE FUNCTION {capture_truncate}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{settings} AS $statusquo$
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' THEN
        RETURN NULL;
    END IF;
    EXECUTE format({copy}, tg_table_schema, tg_table_name);
    INSERT INTO statusquo.dirty VALUES ({relid});
    RETURN NULL;
END
$statusquo$;
