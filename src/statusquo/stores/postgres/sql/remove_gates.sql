DO $statusquo$
DECLARE
    place regclass;
BEGIN
    FOR place IN SELECT tgrelid::regclass FROM pg_trigger
        WHERE tgname = 'statusquo_gate' AND (tgrelid = {relid} OR pg_partition_root(tgrelid) = {relid})
    LOOP
        EXECUTE format('DROP TRIGGER statusquo_gate ON %s', place);
    END LOOP;
END
$statusquo$;
