"""PostgreSQL as a service: ``binaries`` finds it, ``server`` starts it, ``probe`` asks whether it is ready."""
