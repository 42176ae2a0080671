"""Work that takes longer than a request may: done by the worker, followed at ``/api/requests``."""
