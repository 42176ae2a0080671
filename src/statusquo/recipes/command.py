"""A recipe step that runs a program: ``python manage.py migrate``. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import fingerprint, logs
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed
from statusquo.core.service import Launch

_TAIL = 30
"""Lines of the output that an error shows."""


@dataclass(frozen=True, slots=True)
class CommandRecipe:
    """Run a program in the folder and environment of a service; it must exit with 0."""

    title: str
    argv: tuple[str, ...]
    cwd: Path
    env: tuple[tuple[str, str], ...]
    """The environment as the configuration has it, placeholders unfilled: the step depends on it."""
    launch: Callable[[tuple[str, ...], Mapping[str, Endpoint]], Launch]
    """Fills in the placeholders, once the services run."""
    log: Path

    def fingerprint(self) -> str:
        """The words, the environment, and the content of every file that a word names."""
        named = [self.cwd / word for word in self.argv]
        files = [(str(path), fingerprint.of_file(path)) for path in named if path.is_file()]
        return fingerprint.of_value([self.argv, self.env, sorted(content for _, content in files)])

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Run it, its output into the log. Raises RecipeFailed with the end of the output."""
        launch = self.launch(self.argv, endpoints)
        start = logs.size(self.log)
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            code = self._run(launch, log.fileno())
        if code != 0:
            output = logs.since(self.log, start).splitlines()[-_TAIL:]
            raise RecipeFailed(
                f"The recipe step '{self.title}' failed with exit code {code}, in {launch.cwd}.",
                why="" if output else "It printed nothing.",
                next="The baseline is not kept; the next run builds it again.",
                evidence="\n".join(output),
            )

    def _run(self, launch: Launch, output: int) -> int:
        try:
            process = subprocess.Popen(
                launch.argv,
                cwd=launch.cwd,
                env=dict(launch.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise RecipeFailed(
                f"The recipe step '{self.title}' cannot start: {error.strerror}: {error.filename}.",
                next="Check the command under [baseline] recipe, and that its program is installed.",
            ) from error
        with process:
            try:
                return process.wait()
            except BaseException:
                process.kill()
                raise
