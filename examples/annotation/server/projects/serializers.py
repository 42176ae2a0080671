"""Projects, labels, tasks, images, jobs and shapes as JSON."""

from rest_framework import serializers

from common.serializers import BelongsMixin, FixedFieldsMixin
from projects.models import Image, Job, Label, Project, Shape, Task


class ProjectSerializer(FixedFieldsMixin, BelongsMixin, serializers.ModelSerializer):
    """A project; it stays in its organization."""

    class Meta:
        model = Project
        fields = ["id", "name", "organization", "owner", "assignee", "created", "updated"]
        read_only_fields = ["owner"]
        fixed = ["organization"]

    def organization(self, attrs):
        return self.given(attrs, "organization")


class LabelSerializer(FixedFieldsMixin, serializers.ModelSerializer):
    """A label; it stays in its project."""

    class Meta:
        model = Label
        fields = ["id", "project", "name", "color"]
        fixed = ["project"]


class TaskSerializer(FixedFieldsMixin, BelongsMixin, serializers.ModelSerializer):
    """A task; it stays in its project, and its jobs are as long as it says at the start."""

    class Meta:
        model = Task
        fields = [
            "id",
            "project",
            "name",
            "owner",
            "assignee",
            "status",
            "segment_size",
            "size",
            "created",
            "updated",
        ]
        read_only_fields = ["owner", "status", "size"]
        fixed = ["project", "segment_size"]

    def organization(self, attrs):
        return self.given(attrs, "project").organization_id


class ImageSerializer(serializers.ModelSerializer):
    """What is known of one frame."""

    class Meta:
        model = Image
        fields = ["frame", "name", "size", "width", "height", "sha256"]


class JobSerializer(BelongsMixin, serializers.ModelSerializer):
    """A job; who does it and how far it is."""

    class Meta:
        model = Job
        fields = ["id", "task", "start", "stop", "assignee", "state", "created", "updated"]
        read_only_fields = ["task", "start", "stop"]

    def organization(self, attrs):
        return self.instance.task.project.organization_id


class ShapeSerializer(serializers.ModelSerializer):
    """A shape; where ``context`` has the job, it must fit it."""

    points = serializers.ListField(child=serializers.FloatField(min_value=0), min_length=2)

    class Meta:
        model = Shape
        fields = ["id", "frame", "label", "kind", "points", "source"]
        read_only_fields = ["source"]

    def validate(self, attrs):
        job = self.context["job"]
        if not job.start <= attrs["frame"] <= job.stop:
            raise serializers.ValidationError({"frame": f"The job has the frames {job.start} to {job.stop}."})
        if attrs["label"].project_id != job.task.project_id:
            raise serializers.ValidationError({"label": "The label belongs to another project."})
        if len(attrs["points"]) % 2 or (attrs["kind"] == Shape.Kind.RECTANGLE and len(attrs["points"]) != 4):
            raise serializers.ValidationError({"points": "Points are pairs of x and y; a rectangle has two."})
        return attrs


class FileShapeSerializer(serializers.Serializer):
    """A shape in a file, its label by name."""

    frame = serializers.IntegerField(min_value=0)
    label = serializers.CharField()
    kind = serializers.ChoiceField(Shape.Kind.choices)
    points = serializers.ListField(child=serializers.FloatField(min_value=0), min_length=2)


class UploadSerializer(serializers.Serializer):
    """What ``/api/tasks/{id}/data`` takes."""

    files = serializers.ListField(child=serializers.FileField())


class ExportSerializer(serializers.Serializer):
    """What ``/api/tasks/{id}/export`` takes."""

    images = serializers.BooleanField(default=False, help_text="Put the images into the archive too.")


class ImportSerializer(serializers.Serializer):
    """What ``/api/tasks/{id}/import`` takes."""

    file = serializers.FileField(help_text="annotations.json of an export.")


class AnnotateSerializer(serializers.Serializer):
    """What ``/api/tasks/{id}/annotate`` takes."""

    function = serializers.CharField()
    label = serializers.PrimaryKeyRelatedField(queryset=Label.objects.all())
