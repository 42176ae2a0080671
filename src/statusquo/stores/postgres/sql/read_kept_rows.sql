-- What happened between the baselines below that depth.
COPY (SELECT depth, relid, image FROM statusquo.kept WHERE depth < {depth}) TO STDOUT
