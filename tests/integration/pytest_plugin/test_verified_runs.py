"""``--verify`` reads past the stores and compares."""

from __future__ import annotations

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

WRITES = """
    def test_a(api):
        assert api.post("/items", json={"name": "x"}).status_code == 201
    def test_b(api):
        pass
"""
BLIND = """
import pytest
from statusquo.stores.files.store import FilesStore
from statusquo.core.baseline import Rewound
from statusquo.core.diff import Diff

@pytest.hookimpl(tryfirst=True)
def pytest_configure():
    FilesStore.rewind = lambda self, to: Rewound(self.name, 0.0)
    FilesStore.diff = lambda self, since: Diff(self.name)
"""


@pytest.mark.parametrize("when", ["always", "dirty", "sample", "end"])
def test_an_exact_run_passes(project: Project, when: str) -> None:
    result = project.test(WRITES, f"--verify={when}")
    result.assert_outcomes(passed=2)


def test_a_rewind_that_was_not_exact_fails_the_test(project: Project) -> None:
    project.write(conftest=BLIND)
    project.write(test_it=WRITES)
    result = project.run_alone("--verify=always")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            'Store "data" was put back, and is not as it was.*',
            "    data: x.json: not there in the baseline, * bytes, mode *, mtime *, sha256 * now",
        ]
    )


def test_a_run_that_was_not_exact_fails_at_its_end(project: Project) -> None:
    project.write(conftest=BLIND)
    project.write(test_it=WRITES)
    result = project.run_alone("--verify=end")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(['Error: Store "data" was put back, and is not as it was.*'])
    assert result.ret == 6


def test_a_worker_that_was_not_exact_fails_the_run_at_its_end(project: Project) -> None:
    project.write(conftest=BLIND)
    project.write(test_it=WRITES)
    result = project.run_alone("--verify=end", "-n2")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(['gw?: Error: Store "data" was put back, and is not as it was.*'])
    assert result.ret == 6


def test_workers_that_were_exact_do_not(project: Project) -> None:
    project.write(test_it=WRITES)
    result = project.run_alone("--verify=end", "-n2")
    result.assert_outcomes(passed=2)
    assert result.ret == 0
