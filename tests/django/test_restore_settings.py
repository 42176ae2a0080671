"""What the settings of a project may say about rewinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.django.suite import PROJECT, Suite

pytestmark = pytest.mark.integration

REMEMBERS = """
class Prices:
    times = 0

    def forget(self):
        self.times += 1

prices = Prices()
"""
TESTS = """
import pytest
from remembers import prices
from shop.models import Rate

@pytest.mark.django_db(transaction=True)
def test_reads():
    assert (Rate.objects.get().value, prices.times) == (100, 0)

@pytest.mark.django_db(transaction=True)
def test_writes():
    assert prices.times == 0
    Rate.objects.update(value=1)

@pytest.mark.django_db(transaction=True)
def test_last():
    assert prices.times == 1
"""


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    suite = Suite(tmp_path)
    suite.write(remembers=REMEMBERS, test_shop=TESTS)
    return suite


def test_named_callables_are_called_when_rows_were_put_back_and_only_then(suite: Suite) -> None:
    run = suite.run(SHOP_RESET="remembers.prices.forget", PYTHONPATH=f"{PROJECT}:{suite.folder}")
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SHOP_RESET", "shop.models.forget", 'STATUSQUO_RESET: "shop.models.forget" leads nowhere: '),
        ("SHOP_ENGINE", "fast", 'STATUSQUO_ENGINE: "fast" is none. Say "rows", or leave it away.'),
    ],
)
def test_what_cannot_be_meant_is_refused(suite: Suite, name: str, value: str, message: str) -> None:
    run = suite.run("-k", "writes", **{name: value, "PYTHONPATH": f"{PROJECT}:{suite.folder}"})
    assert run.returncode == 1
    assert message in run.stdout
