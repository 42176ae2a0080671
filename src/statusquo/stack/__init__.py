"""The stack engine: what starts when, one waiting loop, one way down, and a ledger of what runs.

The wiring calls ``stack.start`` with a runtime, and ``ledger.sweep`` before it.
"""
