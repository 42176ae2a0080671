"""From a dataset to what its rows are in tables: keys, references, order, conversion, and all that is wrong, at once.

``plan`` decides, knowing the rows and what the database has already; ``load`` reads that, and carries the plan out in
one transaction. Neither knows a database, Django or the project: a door brings facts, rows, and what the project alone
knows (``known.Project``).
"""
