"""Redis and Valkey: learn which keys were touched, and restore those. The wiring calls ``store.open_store``."""
