"""How services get to run: each runtime implements ``core.protocols.Runtime``; the wiring hands one to the stack."""
