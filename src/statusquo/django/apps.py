"""What INSTALLED_APPS loads."""

from __future__ import annotations

from django.apps import AppConfig


class StatusquoConfig(AppConfig):
    """Has no models; it brings the command ``manage.py statusquo``."""

    name = "statusquo.django"
    label = "statusquo"
