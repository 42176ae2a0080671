CREATE FUNCTION {capture}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{settings} AS $statusquo$
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' THEN
        RETURN NULL;
    END IF;
    CASE tg_op
        WHEN 'INSERT' THEN
            INSERT INTO {log} SELECT -1{added} FROM added;
        WHEN 'DELETE' THEN
            INSERT INTO {log} SELECT 1{removed} FROM removed;
        ELSE
            INSERT INTO {log} SELECT -1{added} FROM added UNION ALL SELECT 1{removed} FROM removed;
    END CASE;
    IF FOUND THEN
        INSERT INTO statusquo.dirty VALUES ({relid});
    END IF;
    RETURN NULL;
END
$statusquo$;

CREATE TRIGGER statusquo_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {capture}();
CREATE TRIGGER statusquo_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {capture}();
CREATE TRIGGER statusquo_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION {capture}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER statusquo_insert, ENABLE ALWAYS TRIGGER statusquo_update,
    ENABLE ALWAYS TRIGGER statusquo_delete;
