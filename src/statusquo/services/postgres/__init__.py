"""PostgreSQL as a service: ``binaries`` finds it, ``filling`` lays out its data, ``server`` starts it."""
