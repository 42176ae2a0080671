"""Folders of files as assets: archives that are the same bytes for the same files, read as if a stranger had made them.

``streams`` knows compressions; ``archive`` reads archives and refuses what is not safe; ``reading`` tells what an
archive or a folder holds; ``packing`` and ``unpacking`` write; ``merging`` compares and merges by file.
"""
