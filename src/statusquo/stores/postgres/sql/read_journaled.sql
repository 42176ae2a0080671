SELECT relid, shape FROM statusquo.journaled
