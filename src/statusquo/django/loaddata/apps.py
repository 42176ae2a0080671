"""What INSTALLED_APPS loads."""

from __future__ import annotations

from django.apps import AppConfig


class LoaddataConfig(AppConfig):
    """Has no models."""

    name = "statusquo.django.loaddata"
    label = "statusquo_loaddata"
