SET search_path = pg_catalog
SET datestyle = 'ISO, YMD'
SET intervalstyle = postgres
SET timezone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = hex
SET xmloption = content
SET lc_monetary = 'C'
