from __future__ import annotations

import pytest

from tests.integration.pytest_plugin.project import Project


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester)
