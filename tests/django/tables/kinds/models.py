"""A column of each kind, and rows that refer to each other in a circle."""

import uuid

from django.db import models
from django.db.models import F


class Kind(models.Model):
    """A value of each kind of field."""

    text = models.TextField()
    number = models.BigIntegerField()
    doubled = models.GeneratedField(expression=F("number") * 2, output_field=models.BigIntegerField(), db_persist=True)
    ratio = models.FloatField()
    price = models.DecimalField(max_digits=30, decimal_places=10)
    is_it = models.BooleanField()
    is_unknown = models.BooleanField(null=True)
    day = models.DateField()
    opens = models.TimeField()
    moment = models.DateTimeField()
    lasts = models.DurationField()
    facts = models.JSONField()
    seal = models.BinaryField()
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    address = models.GenericIPAddressField()


class Node(models.Model):
    """Each refers to one that comes later, and the last to the first."""

    following = models.ForeignKey("self", models.CASCADE)
    kind = models.ForeignKey(Kind, models.CASCADE)


class Log(models.Model):
    """What a trigger of the nodes writes."""

    node = models.IntegerField()
