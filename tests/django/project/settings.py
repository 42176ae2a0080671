"""A small shop over two databases. SHOP_DATABASE says where: ``sqlite`` (in memory), or the DSN of a PostgreSQL."""

import os
from urllib.parse import urlsplit

SECRET_KEY = "a test"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "shop.urls"
SITE_ID = 1
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sites",
    "rest_framework",
    "shop",
]
if os.environ.get("SHOP_DATABASE", "sqlite") != "sqlite":
    INSTALLED_APPS.insert(3, "django.contrib.postgres")  # it listens to every new connection
ALLOWED_HOSTS = ["*"]
STATIC_URL = "static/"


def database(name: str) -> dict[str, object]:
    """The settings of one alias."""
    where = os.environ.get("SHOP_DATABASE", "sqlite")
    if where == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{name}.sqlite3"}
    dsn = urlsplit(where)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "HOST": dsn.hostname,
        "PORT": dsn.port,
        "USER": dsn.username,
        "PASSWORD": dsn.password or "",
    }


DATABASES = {"default": database("shop"), "other": database("archive")}
STATUSQUO_ENGINE = os.environ.get("SHOP_ENGINE", "")
STATUSQUO_RESET = os.environ.get("SHOP_RESET", "").split()
TEST_RUNNER = os.environ.get("SHOP_RUNNER", "django.test.runner.DiscoverRunner")
