"""Models whose rows are by-products of a running system, each with the reason why test data should not have them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

NOISE = {
    "contenttypes.contenttype": "Django makes these rows itself, with numbers of its own",
    "auth.permission": "Django makes these rows itself, with numbers of its own",
    "sessions.session": "a session is of one browser on one day",
    "admin.logentry": "the history of the admin site is nobody's test data",
    "authtoken.token": "tokens are made at sign-in",
    "knox.authtoken": "tokens are made at sign-in",
    "token_blacklist.*": "tokens are made at sign-in",
    "oauth2_provider.accesstoken": "tokens are made at sign-in",
    "oauth2_provider.refreshtoken": "tokens are made at sign-in",
    "oauth2_provider.grant": "tokens are made at sign-in",
    "socialaccount.socialtoken": "tokens are made at sign-in",
    "django_celery_results.*": "results of a queue are of one run",
    "django_q.*": "entries of a queue are of one run",
    "background_task.*": "entries of a queue are of one run",
    "axes.*": "attempts to sign in are of one run",
    "silk.*": "a profile is of one run",
    "easy_thumbnails.*": "a cache is filled by who reads it",
    "*.alembic_version": "it is the record of the database's own migrations",
    "*.django_migrations": "it is the record of the database's own migrations",
    "*.schema_migrations": "it is the record of the database's own migrations",
    "*.ar_internal_metadata": "it is the record of the database's own migrations",
    "*.flyway_schema_history": "it is the record of the database's own migrations",
    "*.databasechangelog": "it is the record of the database's own migrations",
    "*.databasechangeloglock": "it is the record of the database's own migrations",
    "*._prisma_migrations": "it is the record of the database's own migrations",
    "*.knex_migrations*": "it is the record of the database's own migrations",
    "*.goose_db_version": "it is the record of the database's own migrations",
    "wagtailsearch.indexentry": "a search index is built from the other rows",
    "wagtailcore.referenceindex": "a reference index is built from the other rows",
}


def reason(label: str, more: Iterable[str] = ()) -> str:
    """Why rows of the model are noise; empty if they are not. *more* are patterns of the project's own."""
    for pattern, why in NOISE.items():
        if fnmatchcase(label, pattern):
            return why
    return "the configuration says so" if any(fnmatchcase(label, each) for each in more) else ""
