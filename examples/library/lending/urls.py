"""The REST API."""

from django.urls import include, path
from rest_framework import permissions, routers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from lending.lend import lend
from lending.models import Book


class BookSerializer(serializers.ModelSerializer):
    """A book, and whether it is there."""

    is_there = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["id", "title", "shelf", "is_there"]

    def get_is_there(self, book):
        """Say whether nobody has it."""
        return not hasattr(book, "loan")


class BookViewSet(viewsets.ModelViewSet):
    """Everybody may look; who is known may add and take."""

    queryset = Book.objects.order_by("pk")
    serializer_class = BookSerializer
    permission_classes = [permissions.IsAuthenticatedOrReadOnly]

    @action(detail=True, methods=["post"])
    def take(self, request, pk):
        """Take the book home."""
        lend(self.get_object(), request.user)
        return Response(status=204)


router = routers.SimpleRouter()
router.register("books", BookViewSet)
urlpatterns = [path("", include(router.urls))]
