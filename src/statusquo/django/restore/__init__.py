"""Putting the databases of tests back, in place of Django's flush; free of pytest.

``databases`` tells test databases from real ones, ``engines`` chooses what puts one back (``rows`` where no store
can), ``restorer`` keeps the layers of all of them, ``flush`` stands in for Django's command, and ``state`` resets what
the process remembers of rows.
"""
