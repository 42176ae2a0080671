"""The API of issues and comments."""

from common.views import PolicyViewSet
from reviews.models import Comment, Issue
from reviews.serializers import CommentSerializer, IssueSerializer


class IssueViewSet(PolicyViewSet):
    """Issues of the jobs that the user may see."""

    resource = "issues"
    queryset = Issue.objects.select_related("job__task__project")
    serializer_class = IssueSerializer
    filterset_fields = ["job", "job__task", "owner", "assignee", "resolved"]
    ordering_fields = ["id", "created", "updated"]


class CommentViewSet(PolicyViewSet):
    """Comments on the issues that the user may see."""

    resource = "comments"
    queryset = Comment.objects.select_related("issue__job__task__project")
    serializer_class = CommentSerializer
    filterset_fields = ["issue", "owner"]
    search_fields = ["message"]
    ordering_fields = ["id", "created"]
