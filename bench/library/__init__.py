"""What ``bench/dump.py`` dumps."""
