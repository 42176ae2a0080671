-- What happened between the baselines of these depths.
COPY (SELECT depth, relid, image FROM statusquo.kept WHERE depth >= {root} AND depth < {depth}) TO STDOUT
