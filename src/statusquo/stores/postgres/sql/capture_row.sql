CREATE FUNCTION {capture}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{settings} AS $statusquo$
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' THEN
        RETURN NULL;
    END IF;
    IF tg_op <> 'DELETE' THEN
        INSERT INTO {log} VALUES (-1{new});
    END IF;
    IF tg_op <> 'INSERT' THEN
        INSERT INTO {log} VALUES (1{old});
    END IF;
    INSERT INTO statusquo.dirty VALUES ({relid});
    RETURN NULL;
END
$statusquo$;

CREATE TRIGGER statusquo_row AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {capture}();
