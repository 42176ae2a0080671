-- The log of one table: its rows' images, each with how often the baseline has it more than now because of this change.
-- Neither names nor types of the application's own stand in it, so that it is in nobody's way.
CREATE UNLOGGED TABLE {log} (n integer{log_columns}) WITH (autovacuum_enabled = false);
