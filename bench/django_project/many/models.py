"""As many models as a large project has, each with a reference to another one."""

from django.db import models

MANY = 200


def fields(number: int) -> dict[str, models.Field]:
    """What each model has."""
    before = models.ForeignKey(f"many.Model{number - 1}", models.CASCADE, null=True, related_name="+")
    return {
        "name": models.CharField(max_length=100),
        "number": models.IntegerField(default=0),
        "made": models.DateTimeField(auto_now_add=True),
        **({"before": before} if number % 10 else {}),
    }


for number in range(MANY):
    globals()[f"Model{number}"] = type(f"Model{number}", (models.Model,), {**fields(number), "__module__": __name__})
