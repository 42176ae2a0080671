"""The settings of the shop, with an app that has a column of each kind."""

from settings import *  # noqa: F403
from settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "kinds"]
