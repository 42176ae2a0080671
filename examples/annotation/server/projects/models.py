"""The work itself. A project has labels and tasks, a task has images and is cut into jobs, a job holds shapes.

``facts()`` is what the policy's rules may know about an object.
"""

import shutil
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Organization
from common.models import Dated

USER = settings.AUTH_USER_MODEL


class Project(Dated):
    """Tasks that share labels."""

    name = models.CharField(max_length=64)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="projects")
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self):
        return self.name

    def facts(self):
        return {
            "id": self.pk,
            "organization": self.organization_id,
            "owner": self.owner_id,
            "assignee": self.assignee_id,
        }


class Label(models.Model):
    """A name that shapes of a project can have."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="labels")
    name = models.CharField(max_length=32)
    color = models.CharField(max_length=7, default="#888888", validators=[RegexValidator(r"^#[0-9a-f]{6}$")])

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="label_names_differ")]

    def __str__(self):
        return self.name

    def facts(self):
        return {"id": self.pk, "organization": self.project.organization_id, "project": self.project.facts()}


class Task(Dated):
    """A batch of images. Its jobs are cut when the images arrive."""

    class Status(models.TextChoices):
        EMPTY = "empty"
        ANNOTATION = "annotation"
        COMPLETED = "completed"

    project = models.ForeignKey(Project, models.CASCADE, related_name="tasks")
    name = models.CharField(max_length=64)
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.EMPTY, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    segment_size = models.PositiveIntegerField(default=10, validators=[MinValueValidator(1)])

    def __str__(self):
        return self.name

    @property
    def folder(self):
        """Where its images are."""
        return Path(settings.MEDIA_ROOT, "tasks", str(self.pk))

    def facts(self):
        return {
            "id": self.pk,
            "organization": self.project.organization_id,
            "owner": self.owner_id,
            "assignee": self.assignee_id,
            "project": self.project.facts(),
        }


@receiver(post_delete, sender=Task)
def remove_images(instance, **kwargs):
    """The images go with the task, however it goes: alone, or with its project or organization."""
    transaction.on_commit(partial(shutil.rmtree, instance.folder, ignore_errors=True))


class Image(models.Model):
    """One frame of a task; its bytes are the file ``name`` in the task's folder."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="images")
    frame = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["task", "frame"]
        constraints = [
            models.UniqueConstraint(fields=["task", "frame"], name="one_image_per_frame"),
            models.UniqueConstraint(fields=["task", "name"], name="image_names_differ"),
        ]

    def __str__(self):
        return self.name

    @property
    def path(self):
        return self.task.folder / self.name


class Job(Dated):
    """The frames ``start`` to ``stop`` of a task, for one person to annotate."""

    class State(models.TextChoices):
        NEW = "new"
        IN_PROGRESS = "in progress"
        REJECTED = "rejected"
        COMPLETED = "completed"

    task = models.ForeignKey(Task, models.CASCADE, related_name="jobs")
    start = models.PositiveIntegerField()
    stop = models.PositiveIntegerField()
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices, default=State.NEW)

    def __str__(self):
        return f"{self.task} {self.start}-{self.stop}"

    def facts(self):
        return {
            "id": self.pk,
            "organization": self.task.project.organization_id,
            "assignee": self.assignee_id,
            "task": self.task.facts(),
        }


class Shape(models.Model):
    """Something drawn on a frame: points are ``[x, y, x, y, ...]`` in pixels."""

    class Kind(models.TextChoices):
        RECTANGLE = "rectangle"
        POLYGON = "polygon"
        POINTS = "points"

    class Source(models.TextChoices):
        MANUAL = "manual"
        AUTO = "auto"
        FILE = "file"

    job = models.ForeignKey(Job, models.CASCADE, related_name="shapes")
    label = models.ForeignKey(Label, models.RESTRICT, related_name="+")
    frame = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    points = models.JSONField()
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.MANUAL)

    class Meta:
        ordering = ["job", "frame", "id"]

    def __str__(self):
        return f"{self.kind} on frame {self.frame}"
