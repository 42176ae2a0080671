"""Settings of the library. LIBRARY_DATABASE names a PostgreSQL; without it the database is SQLite."""

import os
from urllib.parse import urlsplit

SECRET_KEY = "an example"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "lending.urls"
STATIC_URL = "static/"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "lending"]

where = urlsplit(os.environ.get("LIBRARY_DATABASE", ""))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where.path.lstrip("/"),
        "HOST": where.hostname,
        "PORT": where.port,
        "USER": where.username,
        "PASSWORD": where.password,
    }
    if where.scheme
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": "library.sqlite3"}
}
