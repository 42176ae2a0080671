"""Where everything is: ``/api/<resource>`` and ``/api/<resource>/<id>``."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from accounts.login import Login, Logout
from accounts.views import MembershipViewSet, OrganizationViewSet, UserViewSet
from audit.views import AuditViewSet
from background.views import FunctionList, QueueState, RequestDetail, RequestDownload, RequestList
from common.health import health
from projects.tasks import TaskViewSet
from projects.views import JobViewSet, LabelViewSet, ProjectViewSet
from reviews.views import CommentViewSet, IssueViewSet
from webhooks.views import WebhookViewSet

router = SimpleRouter(trailing_slash=False)
router.register("users", UserViewSet)
router.register("organizations", OrganizationViewSet)
router.register("memberships", MembershipViewSet)
router.register("projects", ProjectViewSet)
router.register("labels", LabelViewSet)
router.register("tasks", TaskViewSet)
router.register("jobs", JobViewSet)
router.register("issues", IssueViewSet)
router.register("comments", CommentViewSet)
router.register("webhooks", WebhookViewSet)
router.register("audit", AuditViewSet)

api = [
    *router.urls,
    path("auth/login", Login.as_view()),
    path("auth/logout", Logout.as_view()),
    path("functions", FunctionList.as_view()),
    path("requests", RequestList.as_view()),
    path("requests/<uuid:request_id>", RequestDetail.as_view()),
    path("requests/<uuid:request_id>/download", RequestDownload.as_view()),
    path("server/health/", health),
    path("server/queue", QueueState.as_view()),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
urlpatterns = [path("api/", include(api))]
