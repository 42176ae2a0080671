"""A small shop over two databases. SHOP_DATABASE says where: ``sqlite`` (in memory), or the DSN of a server."""

import os
from urllib.parse import parse_qsl, urlsplit

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
    if dsn.scheme == "mysql":
        import pymysql  # noqa: PLC0415 - no other engine needs it

        pymysql.version_info = (2, 2, 1, "final", 0)  # what Django asks of the driver that this one stands in for
        pymysql.install_as_MySQLdb()
    return {
        "ENGINE": f"django.db.backends.{dsn.scheme}",
        "NAME": name,
        "HOST": dict(parse_qsl(dsn.query)).get("host", dsn.hostname),  # that of a socket, as libpq writes it
        "PORT": dsn.port or "",
        "USER": dsn.username,
        "PASSWORD": dsn.password or "",
    }


DATABASES = {"default": database("shop"), "other": database("archive")}
STATUSQUO_ENGINE = os.environ.get("SHOP_ENGINE", "")
STATUSQUO_RESET = os.environ.get("SHOP_RESET", "").split()
TEST_RUNNER = os.environ.get("SHOP_RUNNER", "django.test.runner.DiscoverRunner")
