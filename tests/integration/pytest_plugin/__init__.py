"""The pytest plugin, in real pytest runs against a real stack that is small and quick."""
