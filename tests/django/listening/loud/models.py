"""What is heard of, and what is not."""

from django.db import models


class Bin(models.Model):
    """Heard of."""


class Quiet(models.Model):
    """Not heard of."""
