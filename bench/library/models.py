"""Four models and a many-to-many field."""

from __future__ import annotations

from django.db import models


class AuthorManager(models.Manager):
    """Knows authors by name."""

    def get_by_natural_key(self, name: str) -> models.Model:
        return self.get(name=name)


class Author(models.Model):
    name = models.CharField(max_length=50, unique=True)
    objects = AuthorManager()

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)


class Article(models.Model):
    title = models.CharField(max_length=100)
    author = models.ForeignKey(Author, models.CASCADE)
    published = models.DateTimeField()
    facts = models.JSONField()
    tags = models.ManyToManyField(Tag)


class Comment(models.Model):
    article = models.ForeignKey(Article, models.CASCADE)
    text = models.TextField()
    rating = models.DecimalField(max_digits=4, decimal_places=2)
    written = models.DateTimeField()
