"""``python -m goods.readable``: no value is left that only the project can read."""

import django

django.setup()

from goods.models import Item  # noqa: E402 - it reads the settings

Item.objects.update(code=None)
