"""``/orders``: all of them, or one more."""

import json

from django.http import HttpRequest, JsonResponse
from django.urls import path

from shop.models import Order


def orders(request: HttpRequest) -> JsonResponse:
    """List the orders, or take one."""
    if request.method == "POST":
        order = Order.objects.create(item=json.loads(request.body)["item"])
        return JsonResponse({"id": order.pk}, status=201)
    return JsonResponse(list(Order.objects.values("id", "item")), safe=False)


urlpatterns = [path("orders", orders)]
