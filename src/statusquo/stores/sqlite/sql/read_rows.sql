-- The rows that only one of two tables has, those of the baseline first among rows of the same key.
WITH gone AS ({before} EXCEPT {after}),
     come AS ({after} EXCEPT {before})
SELECT 0 AS is_live, * FROM gone
UNION ALL
SELECT 1, * FROM come
ORDER BY {key}, 1
