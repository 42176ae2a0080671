-- The baselines up to that depth.
COPY (SELECT * FROM statusquo.baseline WHERE depth <= {depth}) TO STDOUT
