"""What frames take from pytest, pytest-django and Django without a promise of theirs is still as they need it."""

from pathlib import Path

from tests.django.suite import Suite

PRIVATE = """
import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from statusquo.django.plugin import pytest_private

@pytest.fixture(scope="module")
def inner(request):
    request.addfinalizer(lambda: None)
    return pytest_private.asked_for_by(request), request

@pytest.fixture(scope="module")
def outer(inner, request):
    assert [each.argname for each in pytest_private.asks_for(request)] == ["inner"]
    return inner

def test_of_pytest(outer, request):
    asked_for_by, inner = outer
    definition = inner._fixturedef
    assert [each.argname for each in asked_for_by] == ["outer"]
    assert pytest_private.item_of(inner) is request.node
    assert pytest_private.is_resolved(definition, request)
    assert definition in pytest_private.closure(request.node)
    value, _, error = definition.cached_result
    assert value is inner.getfixturevalue("inner") and error is None
    assert request.node in request.session._setupstate.stack

def test_a_fixture_can_be_finished_before_its_time(request):
    definition, = request.session._fixturemanager.getfixturedefs("inner", request.node)
    request.getfixturevalue("inner")[1]._fixturedef.finish(request.getfixturevalue("inner")[1])
    assert definition.cached_result is None
    request.node._request._fixture_defs.clear()
    assert request.getfixturevalue("inner")[1]
    assert definition.cached_result is not None

def test_the_first_item_is_what_is_handed_out(request):
    class Kept(tuple):
        def __getitem__(self, index):
            return "handed out" if index == 0 else super().__getitem__(index)
    request.getfixturevalue("inner")[1]
    definition, = request.session._fixturemanager.getfixturedefs("inner", request.node)
    kept = definition.cached_result
    definition.cached_result = Kept(kept)
    assert request.getfixturevalue("inner") == "handed out"
    definition.cached_result = kept

def test_of_pytest_django(request, django_db_blocker):
    assert pytest_private.blocker(request.config) is django_db_blocker
    with pytest.raises(RuntimeError), connection.cursor():
        pass

def test_of_django(db):
    assert [block._from_testcase for block in connection.atomic_blocks] == [True]
    with transaction.atomic():
        assert [block._from_testcase for block in connection.atomic_blocks] == [True, False]
        transaction.on_commit(lambda: None)
        assert len(connection.run_on_commit) == 1
        assert not (connection.needs_rollback or connection.closed_in_transaction)
    asked = []
    through = BaseDatabaseWrapper.ensure_connection
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "ensure_connection", lambda each: asked.append(each.alias) or through(each))
        connection.cursor().close()
        connection.get_autocommit()
    assert asked == ["default", "default"]
"""


def test_it_is_as_we_need_it(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(test_private=PRIVATE)
    run = suite.run("--django-order=given")
    assert "5 passed" in run.stdout, run.stdout
