"""The only reader of the environment; settings call it. The server has no other configuration."""

import os
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name):
    """The variable's value, or an error that names it."""
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(f"The environment variable {name} is not set.") from None


def words(name, default):
    """A comma-separated variable as a list."""
    return [word for word in os.environ.get(name, default).split(",") if word]


def flag(name):
    """True when the variable is set to ``true``."""
    return os.environ.get(name, "") == "true"


def database(url):
    """Django's settings for ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL is to start with postgresql://, not {parts.scheme}://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": unquote(parts.path.removeprefix("/")),
    }
