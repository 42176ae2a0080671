"""How a first baseline comes to be: one module per kind of step. The wiring makes them from the configuration."""
