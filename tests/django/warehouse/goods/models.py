"""A model for each way in which rows can depend on each other, and a field of each kind."""

import uuid

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q


class BinManager(models.Manager):
    """Knows bins by their code."""

    def get_by_natural_key(self, code):
        """Answer as ``loaddata`` asks."""
        return self.get(code=code)


class Bin(models.Model):
    """A place that has a name of its own, inside another."""

    code = models.CharField(max_length=8, unique=True, db_column="bin_code")
    inside = models.ForeignKey("self", models.CASCADE, null=True)
    near = models.ManyToManyField("self")
    objects = BinManager()

    def natural_key(self):
        """What it is called."""
        return (self.code,)


class Hex(models.IntegerField):
    """A field that only the project can read."""

    def from_db_value(self, value, expression, connection):
        """Show the number."""
        return None if value is None else f"{value:#x}"

    def to_python(self, value):
        """Take the number as it is shown."""
        return int(value, 16) if isinstance(value, str) else value

    get_prep_value = to_python


class Item(models.Model):
    """Something with a value of each kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=20)
    amount = models.PositiveSmallIntegerField(default=1)
    is_fragile = models.BooleanField(default=False)
    weight = models.FloatField(null=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    doubled = models.GeneratedField(expression=F("amount") * 2, output_field=models.IntegerField(), db_persist=True)
    made = models.DateField(null=True)
    opens = models.TimeField(null=True)
    lasts = models.DurationField(null=True)
    facts = models.JSONField(default=dict)
    seal = models.BinaryField(null=True)
    picture = models.FileField(blank=True)
    grade = models.CharField(max_length=1, choices=[("a", "good"), ("b", "bad")])
    added = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    code = Hex(null=True)
    bin = models.ForeignKey(Bin, models.CASCADE, to_field="code", null=True)
    readers = models.ManyToManyField(Permission)
    groups = models.ManyToManyField(Group, through="Loan")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "made"], name="names"),
            models.UniqueConstraint(fields=["grade"], condition=Q(grade="a"), name="one_good"),
        ]


class Loan(models.Model):
    """Pairs of items and groups that say more than that."""

    item = models.ForeignKey(Item, models.CASCADE)
    group = models.ForeignKey(Group, models.CASCADE)
    user = models.ForeignKey(User, models.SET_NULL, null=True)


class Machine(Item):
    """Rows in two tables."""

    volts = models.IntegerField()


class Manual(models.Model):
    """A row whose key is a reference."""

    machine = models.OneToOneField(Machine, models.CASCADE, primary_key=True)
    text = models.TextField()


class Note(models.Model):
    """Refers to anything."""

    kind = models.ForeignKey(ContentType, models.CASCADE)
    of = models.CharField(max_length=40)
    about = GenericForeignKey("kind", "of")


class Count(models.Model):
    """Rows with a key of two columns."""

    pk = models.CompositePrimaryKey("bin", "day")
    bin = models.ForeignKey(Bin, models.CASCADE)
    day = models.DateField()
    seen = models.IntegerField()


class Report(models.Model):
    """A view, which holds no rows of its own."""

    name = models.CharField(max_length=20, primary_key=True)

    class Meta:
        managed = False
        db_table = "goods_report"


class CheapItem(Item):
    """The same rows by another name."""

    class Meta:
        proxy = True


class Offer(models.Model):
    """Refers to rows by their other name."""

    item = models.ForeignKey(CheapItem, models.CASCADE)
