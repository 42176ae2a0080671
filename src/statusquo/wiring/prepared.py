"""Whether a running stack has what the tests count on: ``[prerequisites]``. The pytest plugin asks before any test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from statusquo.config import Config
from statusquo.core.endpoint import Endpoint
from statusquo.core.service import Launch
from statusquo.stack import prerequisites
from statusquo.stack.probes import Asking
from statusquo.wiring import rooms


def check_prerequisites(
    config: Config,
    endpoints: Mapping[str, Endpoint],
    *,
    environ: Mapping[str, str],
    launch: Callable[[str, Sequence[str]], Launch],
) -> None:
    """Return if all prerequisites of the services at *endpoints* hold. Raises PrerequisiteFailed.

    *launch* says what to start to have a command run as a service is run.
    """
    if config.prerequisites:
        probers = rooms.rooms(config, environ).probers
        asking = Asking(endpoints, probers, lambda service, argv, _: launch(service.name, argv))
        prerequisites.check(config.prerequisites, config.services, asking)
