"""Issues and comments as JSON."""

from rest_framework import serializers

from common.serializers import BelongsMixin, FixedFieldsMixin
from reviews.models import Comment, Issue


class IssueSerializer(FixedFieldsMixin, BelongsMixin, serializers.ModelSerializer):
    """An issue; it stays where it was found."""

    position = serializers.ListField(child=serializers.FloatField(min_value=0), min_length=2, max_length=2)

    class Meta:
        model = Issue
        fields = ["id", "job", "frame", "position", "owner", "assignee", "resolved", "created", "updated"]
        read_only_fields = ["owner"]
        fixed = ["job", "frame", "position"]

    def organization(self, attrs):
        return self.given(attrs, "job").task.project.organization_id

    def validate(self, attrs):
        job = self.given(attrs, "job")
        if not job.start <= self.given(attrs, "frame") <= job.stop:
            raise serializers.ValidationError({"frame": f"The job has the frames {job.start} to {job.stop}."})
        return super().validate(attrs)


class CommentSerializer(FixedFieldsMixin, serializers.ModelSerializer):
    """A comment; it stays under its issue."""

    class Meta:
        model = Comment
        fields = ["id", "issue", "owner", "message", "created", "updated"]
        read_only_fields = ["owner"]
        fixed = ["issue"]
