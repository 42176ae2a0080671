"""Random suites: what each of their tests sees is what a model says it has to see, in any order."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.django import written
from tests.django.drawn import Drawn, drawn
from tests.django.suite import Suite

pytestmark = pytest.mark.integration

PLAYING = Path(__file__).parent / "playing"
EXAMPLES = int(os.environ.get("STATUSQUO_TEST_EXAMPLES", "36"))
AT_ONCE = 12
"""So many packages are run by one process."""
ORDERS = {
    "modules whole": ("-p", "randomly"),
    "nothing whole": ("-p", "shuffled"),
    "nothing whole, on workers": ("-p", "shuffled", "-n2", "--dist=worksteal"),
    "cheap first": (),
    "as written": ("--django-order=given",),
    "as pytest-django has it": ("--django-order=django",),
}


@dataclass(frozen=True, slots=True)
class How:
    """A way to run suites."""

    order: str
    seed: int
    exact: bool

    @property
    def options(self) -> tuple[str, ...]:
        """What pytest is told."""
        seed = (f"--randomly-seed={self.seed}",) if self.order == "modules whole" else ()
        return (*ORDERS[self.order], *seed, "-o", f"statusquo_exact={'all' if self.exact else 'wide'}")


RUNS = st.builds(How, st.sampled_from(list(ORDERS)), st.integers(1, 10**6), st.booleans())
VERDICT = re.compile(r"^(PASSED|FAILED|ERROR) (?:\[\d+\] )?.*::(\w+)", re.MULTILINE)

MANY = settings(
    max_examples=max(EXAMPLES // AT_ONCE, 1),
    deadline=None,
    derandomize="STATUSQUO_TEST_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_each_test_sees_what_it_has_to_see(database: str, tmp_path: Path) -> None:
    @MANY
    @given(st.lists(drawn(), min_size=AT_ONCE, max_size=AT_ONCE), RUNS)
    def holds(suites: list[Drawn], how: How) -> None:
        folder = fresh(tmp_path / "suites")
        expected: set[tuple[str, str]] = set()
        for number, suite in enumerate(suites):
            name = f"s{number}"
            (folder / name / "inner").mkdir(parents=True)
            for file, text in written.files(suite, name, exact=how.exact):
                (folder / name / file).write_text(text, encoding="utf-8")
            expected |= written.verdicts(suite, name)
        run = Suite(folder, database).run(*how.options, SHUFFLED_SEED=str(how.seed))
        assert set(VERDICT.findall(run.stdout)) == expected, f"{how}\n{run.stdout}"

    holds()


def fresh(folder: Path) -> Path:
    """A folder with what drawn suites stand on, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(PLAYING, folder))
