"""Test databases built once and copied: what workers of pytest-xdist share. ``plugin.building`` calls it.

``digest`` names a template by what it is made from, ``shelves`` keep templates, ``builder`` stands in for Django's
``create_test_db``: the first worker has Django make its database and leaves a copy, the others take that.
"""
