"""A warehouse, for the data tools: models of every kind. WAREHOUSE_DATABASE is the path of a SQLite file, or a DSN."""

import os
from urllib.parse import urlsplit

SECRET_KEY = "a test"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "statusquo.django",
    "goods",
]


def database(where: str) -> dict[str, object]:
    """The settings of the one alias."""
    if not where.startswith("postgresql:"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": where}
    dsn = urlsplit(where)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": dsn.path.removeprefix("/"),
        "HOST": dsn.hostname,
        "PORT": dsn.port,
        "USER": dsn.username,
        "PASSWORD": dsn.password or "",
    }


DATABASES = {"default": database(os.environ.get("WAREHOUSE_DATABASE", ":memory:"))}
