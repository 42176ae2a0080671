"""Baselines that outlive a run: built once under a lock, marked complete last, found again by fingerprint."""
