-- The baselines up to that depth.
COPY (
    SELECT depth, token, horizon, large_objects, has_new_large_objects FROM statusquo.baseline WHERE depth <= {depth}
) TO STDOUT
