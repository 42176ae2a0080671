"""The digest that names a template: all that decides what is in a test database that Django has just made."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Mapping
from pathlib import Path

import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState

import statusquo
from statusquo.core import fingerprint

_SETTINGS = (
    *("AUTH_USER_MODEL", "CACHES", "DATABASE_ROUTERS", "DEFAULT_AUTO_FIELD", "DEFAULT_INDEX_TABLESPACE"),
    *("DEFAULT_TABLESPACE", "INSTALLED_APPS", "LANGUAGE_CODE", "SITE_ID", "TIME_ZONE", "USE_I18N", "USE_TZ"),
)
_OF_THE_DATABASE = ("ENGINE", "NAME", "USER", "OPTIONS", "TIME_ZONE")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def of(connection: BaseDatabaseWrapper, *, server: str) -> str:
    """The digest for the test database of *connection*, on a *server* of that version.

    Of data that migrations and receivers read from elsewhere it knows nothing: ``--create-db`` builds anew.
    """
    configuration = connection.settings_dict
    test = {name: value for name, value in configuration["TEST"].items() if name != "NAME"}
    return fingerprint.of_value(
        {
            "versions": [statusquo.__version__, django.get_version(), server],
            "database": [connection.alias, stable({n: configuration.get(n) for n in _OF_THE_DATABASE}), stable(test)],
            "settings": stable({name: getattr(settings, name, None) for name in _SETTINGS}),
            "apps": {app.label: _app(app) for app in apps.get_app_configs()},
            "models": [_model(ModelState.from_model(model)) for model in apps.get_models(include_swapped=True)],
        }
    )


def stable(value: object) -> object:
    """The value as JSON has it, the same in every process."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): stable(each) for key, each in value.items()}
        case list() | tuple():
            return [stable(each) for each in value]
        case set() | frozenset():
            return sorted(str(stable(each)) for each in value)
    return _stable_object(value)


def _stable_object(value: object) -> object:
    if not isinstance(value, type) and hasattr(value, "deconstruct"):
        return stable(value.deconstruct())
    if hasattr(value, "__qualname__"):
        return f"{getattr(value, '__module__', '')}.{value.__qualname__}"
    return _ADDRESS.sub("", str(value))


def _app(app: AppConfig) -> object:
    """Its migrations, if it has any in this run, and the module that connects its receivers."""
    name, _ = MigrationLoader.migrations_module(app.label)
    files: dict[str, str] = {}
    if name:
        try:
            folders = list(importlib.import_module(name).__path__)
        except ModuleNotFoundError:
            folders = []
        for path in (path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
            if path.suffix != ".pyc":
                files[path.name] = fingerprint.of_file(path)
    if source := inspect.getsourcefile(type(app)):
        files["apps"] = fingerprint.of_file(Path(source))
    return [name, files]


def _model(state: ModelState) -> object:
    fields = {name: stable(field) for name, field in state.fields.items()}
    return [state.app_label, state.name, fields, stable(state.options), stable(state.bases)]
