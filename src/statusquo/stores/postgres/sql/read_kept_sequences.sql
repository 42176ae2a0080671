-- The sequences that the baselines of these depths have otherwise than the next one.
COPY (SELECT depth, relid, last_value, is_called FROM statusquo.kept_sequence WHERE depth >= {root} AND depth < {depth}) TO STDOUT
