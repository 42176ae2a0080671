"""A project with receivers of signals, for the rule that asks whether they look at ``raw``."""
