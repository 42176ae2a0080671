"""Whether a running stack has what the tests count on: ``[prerequisites]``. The pytest plugin asks before any test."""

from __future__ import annotations

from collections.abc import Mapping

from statusquo.config import Config
from statusquo.core.endpoint import Endpoint
from statusquo.stack import prerequisites
from statusquo.stack.probes import Asking
from statusquo.wiring import rooms


def check_prerequisites(config: Config, endpoints: Mapping[str, Endpoint], *, environ: Mapping[str, str]) -> None:
    """Return if all prerequisites of the services at *endpoints* hold. Raises PrerequisiteFailed."""
    if config.prerequisites:
        adapters = rooms.rooms(config, environ)
        asking = Asking(endpoints, adapters.probers, adapters.fill)
        prerequisites.check(config.prerequisites, config.services, asking)
