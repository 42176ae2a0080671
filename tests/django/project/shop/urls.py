"""One page, which adds a category and says how many there are."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from shop.models import Category


@csrf_exempt
def categories(request: HttpRequest) -> JsonResponse:
    """Answer with the names; a POST adds one first."""
    if request.method == "POST":
        Category.objects.create(name=request.POST["name"])
    return JsonResponse({"names": list(Category.objects.order_by("pk").values_list("name", flat=True))})


urlpatterns = [path("categories/", categories)]
