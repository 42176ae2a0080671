"""The test databases of a run: those that pytest-django makes before the first test, and those needed later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statusquo.django.late import Late
from statusquo.django.plugin import guarding, pytest_private

LATE = "_statusquo_late_databases"


def ensure(request: pytest.FixtureRequest, alias: str) -> None:
    """Have the alias lead to its test database, wherever *request* comes from: before the first query of a fixture.

    A suite with a ``django_db_setup`` of its own decides by itself what its aliases lead to: nothing is made there.
    """
    late: Late = request.getfixturevalue(LATE)
    if pytest_private.is_set_up_by_pytest_django(request):
        with request.getfixturevalue("django_db_blocker").unblock():
            late.ensure(alias)


@pytest.fixture(scope="session")
def _statusquo_late_databases(  # noqa: PLR0917 - it is pytest that passes them
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: object,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[Late]:
    late = Late(
        request.config.stash[guarding.GUARD],
        verbosity=request.config.option.verbose,
        is_kept=django_db_keepdb,
        is_reused=django_db_keepdb and not django_db_createdb,
    )
    yield late
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        late.remove()
