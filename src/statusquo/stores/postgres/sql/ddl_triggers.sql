-- Only superusers may have these; without them the catalog is read at each capture and rewind (catalog.sql).
CREATE EVENT TRIGGER statusquo_ddl ON ddl_command_end EXECUTE FUNCTION statusquo.note_ddl();
CREATE EVENT TRIGGER statusquo_drop ON sql_drop EXECUTE FUNCTION statusquo.note_drop();
ALTER EVENT TRIGGER statusquo_ddl ENABLE ALWAYS;
ALTER EVENT TRIGGER statusquo_drop ENABLE ALWAYS;
