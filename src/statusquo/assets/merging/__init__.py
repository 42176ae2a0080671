"""The steps of a merge, each a module with a value in and a value out; ``assets.merge`` is the list of them.

``sides`` reads references as rows instead of keys, ``matching`` finds the rows that are the same, ``fields`` merges
values, ``numbers`` gives keys, ``markers`` writes what people must decide.
"""
