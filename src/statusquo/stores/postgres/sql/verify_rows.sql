-- Count and sum of hashes: the same for the same rows in any order, duplicates counted.
SELECT {name}, count(*) || ' rows, sum ' || coalesce(sum(hashtextextended({alias}::text COLLATE "C", 0)), 0)
FROM ONLY {table} {alias}
