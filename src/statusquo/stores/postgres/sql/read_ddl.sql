SELECT DISTINCT command, object FROM statusquo.ddl WHERE depth >= %(depth)s ORDER BY object, command
