"""The API of requests, functions and the queue."""

from dataclasses import asdict

from django.http import FileResponse, Http404
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import APIView

from background import functions, requests
from common import policy


class FunctionsUnavailable(APIException):
    """The function service does not answer."""

    status_code = 503
    default_detail = "The function service does not answer."


class RequestList(APIView):
    """The user's own requests."""

    @extend_schema(operation_id="requests_list", responses={200: OpenApiTypes.OBJECT})
    def get(self, request):
        results = [asdict(one) for one in requests.owned_by(request.user)]
        return Response({"count": len(results), "results": results})


@extend_schema(responses={200: OpenApiTypes.OBJECT})
class RequestDetail(APIView):
    """One request; ``finished`` and ``failed`` are the ends."""

    def get(self, request, request_id):
        return Response(asdict(_allowed(request, request_id)))


@extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
class RequestDownload(APIView):
    """The archive that a finished export left."""

    def get(self, request, request_id):
        found = _allowed(request, str(request_id))
        file = requests.result_file(found.id)
        if found.operation != "export" or found.status != "finished" or not file.exists():
            raise Http404
        return FileResponse(file.open("rb"), as_attachment=True, filename=f"task_{found.task}.zip")


@extend_schema(responses={200: OpenApiTypes.OBJECT})
class FunctionList(APIView):
    """The functions that can annotate."""

    def get(self, request):
        try:
            return Response({"results": functions.names()})
        except functions.FunctionFailed as error:
            raise FunctionsUnavailable from error


@extend_schema(responses={200: OpenApiTypes.OBJECT})
class QueueState(APIView):
    """How much work waits or runs; for admins."""

    def get(self, request):
        policy.require(request.user, "server", "view", {})
        return Response({"pending": requests.pending()})


def _allowed(request, request_id):
    found = requests.find(str(request_id))
    if found is None:
        raise Http404
    policy.require(request.user, "requests", "view", {"owner": found.owner})
    return found
