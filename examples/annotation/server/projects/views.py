"""The API of projects, labels and jobs; tasks have a module of their own."""

from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.response import Response

from common.views import PolicyGenericViewSet, PolicyViewSet
from projects.models import Job, Label, Project, Task
from projects.serializers import JobSerializer, LabelSerializer, ProjectSerializer, ShapeSerializer


class ProjectViewSet(PolicyViewSet):
    """Projects of the organizations that the user may look into."""

    resource = "projects"
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    filterset_fields = ["organization", "owner", "assignee"]
    search_fields = ["name"]
    ordering_fields = ["id", "name", "created", "updated"]


class LabelViewSet(PolicyViewSet):
    """Labels of the projects that the user may see."""

    resource = "labels"
    queryset = Label.objects.select_related("project")
    serializer_class = LabelSerializer
    filterset_fields = ["project", "name"]
    search_fields = ["name"]
    ordering_fields = ["id", "name"]


class JobViewSet(PolicyGenericViewSet, mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin):
    """Jobs. They are cut from a task's images; nobody makes or deletes one."""

    resource = "jobs"
    queryset = Job.objects.select_related("task__project")
    serializer_class = JobSerializer
    filterset_fields = ["task", "task__project", "assignee", "state"]
    ordering_fields = ["id", "updated"]
    scopes = {"annotations": "view", "replace_annotations": "annotate", "clear_annotations": "annotate"}

    def perform_update(self, serializer):
        if "assignee" in serializer.validated_data:
            self.require("assign", serializer.instance)
        super().perform_update(serializer)
        _settle(serializer.instance.task)

    @action(detail=True)
    def annotations(self, request, pk):
        """The job's shapes."""
        return Response(_shapes(self.get_object()))

    @annotations.mapping.put
    def replace_annotations(self, request, pk):
        """These shapes instead of those it had."""
        job = self.get_object()
        serializer = ShapeSerializer(data=request.data, many=True, context={"job": job})
        serializer.is_valid(raise_exception=True)
        before = job.shapes.count()
        job.shapes.all().delete()
        serializer.save(job=job)
        self.changed("annotate", job, {"shapes": [before, job.shapes.count()]})
        return Response(_shapes(job))

    @annotations.mapping.delete
    def clear_annotations(self, request, pk):
        """No shapes."""
        job = self.get_object()
        before = job.shapes.count()
        job.shapes.all().delete()
        self.changed("annotate", job, {"shapes": [before, 0]})
        return Response(status=204)


def _shapes(job):
    return ShapeSerializer(job.shapes.all(), many=True).data


def _settle(task):
    """A task is completed when all its jobs are, and not before."""
    open_jobs = task.jobs.exclude(state=Job.State.COMPLETED)
    task.status = Task.Status.ANNOTATION if open_jobs.exists() else Task.Status.COMPLETED
    task.save(update_fields=["status"])
