"""``python -m goods.later``: one change, and fields that change by themselves."""

from datetime import UTC, datetime

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - it reads the settings

from goods.models import Item  # noqa: E402 - as above

moment = datetime(2027, 1, 1, tzinfo=UTC)
Item.objects.update(changed=moment)
Item.objects.filter(grade="b").update(amount=4)
User.objects.update(last_login=moment)
