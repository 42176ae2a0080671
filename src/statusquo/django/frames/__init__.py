"""Shared fixtures whose rows live exactly as long as their values; free of pytest.

``stack`` knows whose rows stand on whose, ``blocks`` keeps them in atomic blocks of Django, ``access`` notices the
first query of a fixture, and ``tally`` counts what was set up twice and why.
"""
