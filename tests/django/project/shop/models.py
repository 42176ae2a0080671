"""What the shop sells, and a table that Django does not manage."""

from django.db import models


class Category(models.Model):
    """The first ones come with the migrations."""

    name = models.CharField(max_length=50, unique=True)


class Tag(models.Model):
    """A word for products."""

    name = models.CharField(max_length=50)


class Product(models.Model):
    """Something of a category."""

    name = models.CharField(max_length=50, unique=True)
    category = models.ForeignKey(Category, models.CASCADE, related_name="products")
    tags = models.ManyToManyField(Tag, related_name="products")


class Rate(models.Model):
    """A row of a table that a migration makes by SQL."""

    currency = models.CharField(max_length=3, primary_key=True)
    value = models.IntegerField()

    class Meta:
        managed = False
        db_table = "shop_rate"
