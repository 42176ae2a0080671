"""The PostgreSQL store: rewinds a live database by a signed multiset of row images. The wiring opens it.

``store`` is the store, ``clone`` makes databases from templates, ``swap`` puts one in the place of a database that the
journal cannot put back, ``copies`` keeps copies for layers that come with DDL, ``mark`` says that a database is ours;
behind them ``journal`` installs what writes changes down (``tables`` per table), ``changes`` reads them for a diff,
``settled`` waits for others, ``writers`` names them and ``sql/`` holds the statements. Why it works:
docs/why/postgres-rewind.md.
"""
