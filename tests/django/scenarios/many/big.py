"""The settings of the shop, with an app of many models."""

from settings import *  # noqa: F403
from settings import INSTALLED_APPS

INSTALLED_APPS += ["many"]
