"""Tests in an order that keeps nothing whole; the environment has the seed."""

import os
import random

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    random.Random(int(os.environ["SHUFFLED_SEED"])).shuffle(items)
