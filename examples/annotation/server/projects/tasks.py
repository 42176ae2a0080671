"""The API of tasks: their images, and the work that is done on them in the background."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from background import requests
from common.views import PolicyViewSet
from projects import images
from projects.models import Shape, Task
from projects.serializers import (
    AnnotateSerializer,
    ExportSerializer,
    ImageSerializer,
    ImportSerializer,
    ShapeSerializer,
    TaskSerializer,
    UploadSerializer,
)


class TaskViewSet(PolicyViewSet):
    """Tasks of the projects that the user works in."""

    resource = "tasks"
    queryset = Task.objects.select_related("project")
    serializer_class = TaskSerializer
    filterset_fields = ["project", "project__organization", "owner", "assignee", "status"]
    search_fields = ["name"]
    ordering_fields = ["id", "name", "created", "updated", "size"]
    scopes = {
        "data": "view",
        "upload": "update",
        "frame": "view",
        "annotations": "view",
        "export": "export",
        "load": "import",
        "annotate": "annotate",
    }

    @extend_schema(responses=ImageSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def data(self, request, pk):
        """What is known of the task's images."""
        return Response(ImageSerializer(self.get_object().images.all(), many=True).data)

    @extend_schema(request=UploadSerializer, responses={201: ImageSerializer(many=True)})
    @action(detail=True, methods=["post"], url_path="upload", parser_classes=[MultiPartParser])
    def upload(self, request, pk):
        """Take the task's images, in the order they are sent, and cut its jobs."""
        task = self.get_object()
        stored = images.store(task, [(file.name, file.read()) for file in request.FILES.getlist("files")])
        self.changed("upload", task, {"size": [0, task.size]})
        return Response(ImageSerializer(stored, many=True).data, status=201)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, url_path=r"frames/(?P<frame>\d+)")
    def frame(self, request, pk, frame):
        """One image as it was sent."""
        image = get_object_or_404(self.get_object().images, frame=frame)
        return FileResponse(image.path.open("rb"), content_type="image/png")

    @extend_schema(responses=ShapeSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def annotations(self, request, pk):
        """The shapes of all its jobs."""
        shapes = Shape.objects.filter(job__task=self.get_object()).order_by("frame", "id")
        return Response(ShapeSerializer(shapes, many=True).data)

    @extend_schema(request=ExportSerializer, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    def export(self, request, pk):
        """Ask for a zip archive of the annotations; the answer is the request to follow."""
        task = self.get_object()
        options = _valid(ExportSerializer, request)
        return _accepted(requests.submit("export", request.user, task, images=options["images"]))

    @extend_schema(request=ImportSerializer, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"], url_path="import", parser_classes=[MultiPartParser])
    def load(self, request, pk):
        """Ask for the annotations of a file instead of those the task has."""
        task = self.get_object()
        upload = _valid(ImportSerializer, request)["file"]
        return _accepted(requests.submit("import", request.user, task, path=requests.keep(upload)))

    @extend_schema(request=AnnotateSerializer, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    def annotate(self, request, pk):
        """Ask a function to draw shapes with a label on every image."""
        task = self.get_object()
        options = _valid(AnnotateSerializer, request)
        return _accepted(
            requests.submit("annotate", request.user, task, function=options["function"], label=options["label"].pk)
        )


def _valid(serializer_class, request):
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _accepted(request_id):
    return Response({"request": request_id}, status=202)
