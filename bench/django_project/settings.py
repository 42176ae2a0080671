"""A project of 200 models in one app; BENCH_DATABASE says where: ``sqlite`` (in memory), or the DSN of a PostgreSQL."""

import os
from urllib.parse import urlsplit

SECRET_KEY = "measured"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sites", "many"]
WHERE = urlsplit(os.environ["BENCH_DATABASE"])
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "many.sqlite3"}
    if WHERE.path == "sqlite"
    else {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "many",
        "HOST": WHERE.hostname,
        "PORT": WHERE.port,
        "USER": WHERE.username,
        "PASSWORD": WHERE.password or "",
    }
}
