"""Test data as code: datasets read, checked, compared and written as files, without Django and without a database.

A dataset is records and what is known of their models (``dataset``, ``schema``); its file formats are in ``formats``;
the lock beside it (``sidecar``) carries what the files cannot say. The command line calls ``files``, ``lint``,
``compare`` and ``renumber``; what knows a live project comes by a door and speaks in the same values.
"""
