-- The next key comes after the highest; never before the one that would have been next.
SELECT setval({sequence}, top.value) FROM (SELECT max({column}) AS value FROM {table}) AS top, {relation} AS now
WHERE top.value > now.last_value OR (top.value = now.last_value AND NOT now.is_called)
