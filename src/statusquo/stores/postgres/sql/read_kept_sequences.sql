-- The sequences that baselines below that depth have otherwise than the next one.
COPY (SELECT depth, relid, last_value, is_called FROM statusquo.kept_sequence WHERE depth < {depth}) TO STDOUT
