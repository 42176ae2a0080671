-- Copies of a data folder have the same identifier, but do not start at the same microsecond.
SELECT concat_ws(' ', system_identifier, extract(epoch FROM pg_postmaster_start_time()), oid)
FROM pg_control_system(), pg_database WHERE datname = %(name)s
