"""200 models, each of which references the one before."""

from django.db import models

MANY = 200


def named(number):
    """One of them."""
    before = models.ForeignKey(f"many.Model{number - 1}", models.CASCADE) if number else models.IntegerField()
    attributes = {"__module__": __name__, "before": before, "name": models.TextField()}
    return type(f"Model{number}", (models.Model,), attributes)


MODELS = [named(number) for number in range(MANY)]
