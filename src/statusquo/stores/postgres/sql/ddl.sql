-- DDL is noted, not undone: a rewind past it is refused. Noting holds the gate, so that none falls between baselines,
-- and does not read which of them is the innermost: the snapshot of the transaction may be older than that one.
CREATE FUNCTION statusquo.note(command text, object text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1398034256, 1);
    INSERT INTO statusquo.ddl VALUES (2147483647, command, object);
END
$$;

-- Take our triggers off a table that is no longer as its log has it: they would break the application's next write.
CREATE FUNCTION statusquo.release(relid oid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('statusquo.journal', 'off', true);
    EXECUTE format(
        'DROP FUNCTION IF EXISTS statusquo.capture_%1$s(), statusquo.capture_truncate_%1$s() CASCADE', relid);
    UPDATE statusquo.journaled SET shape = '' WHERE journaled.relid = release.relid;
    PERFORM set_config('statusquo.journal', '', true);
END
$$;

CREATE FUNCTION statusquo.note_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    done record;
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' THEN
        RETURN;
    END IF;
    FOR done IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
        CONTINUE WHEN done.schema_name = 'pg_temp' OR done.command_tag = 'REINDEX' OR EXISTS (
            SELECT FROM statusquo.sequence s
            WHERE done.command_tag = 'ALTER SEQUENCE' AND s.relid = done.objid
              AND s.definition = statusquo.define_sequence(s.relid));
        PERFORM statusquo.note(done.command_tag, coalesce(done.object_identity, done.object_type));
        IF done.command_tag = 'ALTER TABLE' THEN
            PERFORM statusquo.release(relid) FROM statusquo.journaled
            WHERE relid = done.objid OR relid = pg_partition_root(done.objid::regclass);
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION statusquo.note_drop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    gone record;
BEGIN
    IF current_setting('statusquo.journal', true) = 'off' OR tg_tag NOT LIKE 'DROP%' THEN
        RETURN;  -- what ALTER drops, note_ddl() notes as ALTER
    END IF;
    FOR gone IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
        IF gone.original AND NOT gone.is_temporary THEN
            PERFORM statusquo.note(tg_tag, gone.object_identity);
        END IF;
    END LOOP;
END
$$;
