"""Suites that are run in processes of their own are no tests of this one."""

collect_ignore = ["committing", "playing", "project", "scenarios", "unittests"]
