"""Redis as a service: ``binaries`` finds one, ``server`` starts it, ``probe`` asks whether it is ready."""
