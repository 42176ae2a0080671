SELECT {name}, 'last_value ' || last_value || CASE WHEN is_called THEN ', called' ELSE ', not called' END FROM {table}
