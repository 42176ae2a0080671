SELECT EXISTS (SELECT FROM statusquo.intact) AND NOT EXISTS (SELECT FROM statusquo.ddl WHERE NOT is_followed)
    AND NOT statusquo.has_unnoticed_ddl()
