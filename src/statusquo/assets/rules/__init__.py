"""One rule per module, each a value named ``RULE``."""
