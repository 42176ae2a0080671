"""The steps of a merge, each a module with a value in and a value out; ``assets.merge`` is the list of them.

``sides`` reads references as rows instead of keys, ``settled`` sets aside what nobody touched, ``matching`` finds the
rows that are the same, ``deciding`` and ``fields`` merge them, ``numbers`` gives keys, ``writing`` makes rows of them
again, ``markers`` writes what people must decide, ``locks`` merges what is known besides the rows.
"""
