"""Statusquo puts a running system back to the status quo after every test."""

from __future__ import annotations

__version__ = "0.1.0"
