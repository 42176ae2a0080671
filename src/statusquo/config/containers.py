"""What the file says of containers. ``build`` reads it, ``check`` asks whether the platform has all that it needs."""

from __future__ import annotations

from pathlib import Path

from statusquo.config import model, sources
from statusquo.config.read import read_table
from statusquo.config.settings import Config
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Container, Folder, Service


def container(table: model.ContainerTable | None) -> Container:
    """What ``services.NAME.compose`` says."""
    if table is None:
        return Container()
    return Container(
        service=table.service,
        port=table.port,
        env=tuple(table.env.items()),
        user=table.user,
        password=table.password,
        database=table.database,
    )


def files(raw: sources.Raw, file: Path) -> tuple[Path, ...]:
    """The files of the compose project, if there is one. Raises ConfigError."""
    if "compose" not in raw:
        return ()
    table = read_table(model.ComposeTable, raw["compose"], file=file, key="compose")
    return tuple(file.parent / each for each in table.files)


def check(config: Config) -> None:
    """Return if the platform has all that it needs. Raises ConfigError."""
    if config.platform == "compose" and not config.compose:
        raise ConfigError(
            f'{config.path.name}: stack.platform is "compose", and compose.files is missing.',
            next='For example: [compose] files = ["docker-compose.yml"]',
        )
    for service in config.services:
        match service.spec:
            case Command(argv=()) if config.platform == "native":
                raise _without_command(config, service)
            case Folder() if config.platform == "compose" and not service.container.volume:
                raise ConfigError(
                    f"{config.path.name}: stores.{service.name}.compose is missing.",
                    why="No container would have the folder.",
                    next='Name the volume that it is: compose = { volume = "..." }',
                )
            case _:
                pass


def _without_command(config: Config, service: Service) -> ConfigError:
    key = f"services.{service.name}"
    return ConfigError(f"{config.path.name}: {key}.command is missing.", next=f"[{key}] cannot do without it.")
