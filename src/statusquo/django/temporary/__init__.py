"""Models that exist for as long as a fixture: ``registry`` defines and withdraws them, ``tables`` gives them tables.

``fixtures.temporary_models`` enters both. Free of pytest.
"""
