"""From the merged tables of the file to the Config's values. ``load`` calls this; ``check`` has the last word.

The module is long because it is one table after the other, each a few lines, in the order of the file format.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from statusquo.config import check, containers, data, external, linting, model, sources
from statusquo.config.read import read_table, unknown
from statusquo.config.settings import (
    ApiSettings,
    CommandStep,
    Config,
    LoadStep,
    RewindSettings,
    Setting,
    SqlStep,
    Step,
    StoreKind,
    StoreSettings,
    UnpackStep,
    Variant,
)
from statusquo.core import service
from statusquo.core.errors import ConfigError
from statusquo.stores.redis import presets

_ORDER: dict[StoreKind, int] = {"postgres": 0, "sqlite": 1, "files": 2, "redis": 3}
"""Redis goes last: a worker that waits on a queue must find its rows and files back when a job reappears."""


def build(raw: sources.Raw, overrides: Sequence[sources.Override], *, path: Path, environ: Mapping[str, str]) -> Config:
    """The Config that the tables in *raw* say, with what they ask of *environ*. Raises ConfigError."""
    for name in raw:
        if name not in model.TOP:
            raise unknown(name, model.TOP, file=path, key="the file", what="table")
    stack = read_table(model.StackTable, raw.get("stack", {}), file=path, key="stack")
    baseline = read_table(model.BaselineTable, raw.get("baseline", {}), file=path, key="baseline")
    rewind = read_table(model.RewindTable, raw.get("rewind", {}), file=path, key="rewind")
    services = (*_services(raw, path), *_places(raw, path))
    api = _api(raw, path)
    is_external = stack.platform == "external"
    where = external.Source(services, api.service if api else "", environ, path)
    if "lint" in raw:
        linting.read(raw, path)
    assets = data.read(raw, path)
    config = Config(
        path=path,
        name=stack.name or path.parent.name,
        platform=stack.platform,
        external=external.read(raw.get("external", {}), where) if is_external else (),
        compose=containers.files(raw, path),
        services=services,
        stores=_stores(raw, services, path),
        recipe=tuple(_step(step, index, services, path) for index, step in enumerate(baseline.recipe)),
        dump=baseline.dump,
        assets=replace(assets, on=assets.on or _first_database(services)),
        recipe_service=baseline.as_ or _first_command(services),
        watch=tuple(baseline.watch),
        rewind=RewindSettings(rewind.settle, rewind.busy, "fail" if is_external else rewind.on_ddl),
        pass_env=tuple(stack.pass_env),
        state=path.parent / stack.state,
        cache=path.parent / (Path(baseline.cache).expanduser() if baseline.cache else Path(stack.state, "baselines")),
        idle=stack.idle,
        api=api,
        start=tuple(each.name for each in services) if stack.start is None else tuple(stack.start),
        variants=tuple(_variant(name, table, path) for name, table in _tables(raw, "variants", path).items()),
        prerequisites=_prerequisites(raw, services, path),
        settings=_settings(raw, overrides, path),
    )
    check.check(config)
    return config


def _tables(raw: sources.Raw, name: str, file: Path) -> Mapping[str, Mapping[str, object]]:
    tables = raw.get(name, {})
    if not isinstance(tables, Mapping):
        raise ConfigError(f"{file.name}: {name} must be a table of tables.", next=f"Write [{name}.NAME].")
    for key, table in tables.items():
        if not isinstance(table, Mapping):
            raise ConfigError(f"{file.name}: {name}.{key} must be a table.", next=f"Write [{name}.{key}].")
    return tables


def _services(raw: sources.Raw, file: Path) -> tuple[service.Service, ...]:
    return tuple(_service(name, dict(table), file) for name, table in _tables(raw, "services", file).items())


def _service(name: str, raw: Mapping[str, object], file: Path) -> service.Service:
    key = f"services.{name}"
    kind = str(raw.get("kind", "command"))
    if kind not in model.SERVICES:
        raise unknown(kind, model.SERVICES, file=file, key=f"{key}.kind", what="kind of service")
    table = read_table(model.SERVICES[kind], raw, file=file, key=key)
    port = getattr(table, "port", None)
    spec = _spec(table, file)
    listens = port is not False
    return service.Service(
        name=name,
        spec=spec,
        needs=tuple(table.needs),
        ready=tuple(_probe(probe, f"{key}.ready", file) for probe in table.ready) or _default_probe(spec, listens),
        within=table.within,
        port=port or None,
        listens=listens,
        patience=table.patience,
        container=containers.container(table.compose),
    )


def _spec(table: model.ServiceTable, file: Path) -> service.Spec:
    match table:
        case model.PostgresTable():
            settings = tuple((key, _setting_text(value)) for key, value in table.settings.items())
            return service.Postgres(table.database, table.version, tuple(table.extensions), settings)
        case model.RedisTable():
            return service.Redis(table.databases)
        case model.CommandTable():
            return service.Command(table.command, file.parent / table.cwd, tuple(table.env.items()), tuple(table.watch))
        case _:
            raise AssertionError(table)


def _setting_text(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _probe(raw: Mapping[str, object], key: str, file: Path) -> service.Probe:
    kind = next((name for name in raw if name in model.READY), None)
    if kind is None:
        raise unknown(next(iter(raw), ""), model.READY, file=file, key=key, what="kind of probe")
    match read_table(model.READY[kind], raw, file=file, key=key):
        case model.HttpReady(http=path, status=status):
            return service.HttpProbe(path, status)
        case model.CommandReady(command=argv):
            return service.CommandProbe(argv)
        case model.SqlReady(sql=query, on=on):
            return service.SqlProbe(query, on)
        case model.RedisReady(redis=pattern, on=on):
            return service.RedisProbe(pattern, on)
        case _:
            return service.TcpProbe()


def _default_probe(spec: service.Spec, listens: bool) -> tuple[service.Probe, ...]:
    match spec:
        case service.Postgres():
            return (service.SqlProbe(),)
        case service.Redis():
            return (service.RedisProbe(),)
        case service.Command() if listens:
            return (service.TcpProbe(),)
        case _:
            return ()


def _places(raw: sources.Raw, file: Path) -> tuple[service.Service, ...]:
    """The stores that are no service's: folders and files."""
    found = []
    for name, table in _tables(raw, "stores", file).items():
        if "kind" in table:
            key, kind = f"stores.{name}", str(table["kind"])
            if kind not in model.STORES:
                raise unknown(kind, model.STORES, file=file, key=f"{key}.kind", what="kind of store")
            known = read_table(model.STORES[kind], table, file=file, key=key)
            spec = service.Sqlite() if kind == "sqlite" else service.Folder()
            volume = known.compose.volume if isinstance(known, model.FilesStoreTable) and known.compose else ""
            found.append(service.Service(name, spec, listens=False, container=service.Container(volume=volume)))
    return tuple(found)


def _stores(raw: sources.Raw, services: Sequence[service.Service], file: Path) -> tuple[StoreSettings, ...]:
    tables = _tables(raw, "stores", file)
    stores = []
    for each in services:
        match each.spec:
            case service.Postgres(database=database):
                stores.append(StoreSettings(each.name, "postgres", database=database))
            case service.Folder():
                stores.append(StoreSettings(each.name, "files"))
            case service.Sqlite():
                stores.append(StoreSettings(each.name, "sqlite"))
            case service.Redis(databases=databases):
                table = read_table(
                    model.RedisStoreTable, tables.get(each.name, {}), file=file, key=f"stores.{each.name}"
                )
                stores.append(StoreSettings(each.name, "redis", _kept(table.keep, each.name, file), databases))
            case _:
                pass
    known = {store.name: store for store in stores}
    for name in tables:
        if name not in known:
            raise unknown(name, known, file=file, key=f"stores.{name}", what="store, nor a service that has one,")
    return tuple(sorted(stores, key=lambda store: _ORDER[store.kind]))


def _kept(words: Sequence[str], store: str, file: Path) -> tuple[str, ...]:
    """The glob patterns that *words* say, presets spelt out."""
    found: list[str] = []
    for index, word in enumerate(words):
        key = f"stores.{store}.keep[{index}]"
        if word in presets.NOTHING:
            why = f"{presets.NOTHING[word]}."
            raise ConfigError(f"{file.name}: {key}: {word!r} keeps nothing.", why=why, next="Leave it out.")
        if word.startswith(presets.PREFIX) and word not in presets.PRESETS:
            raise unknown(word, presets.PRESETS, file=file, key=key, what="preset")
        found += presets.patterns(word) if word in presets.PRESETS else [word]
    return tuple(found)


def _first_database(services: Sequence[service.Service]) -> str:
    kinds = (service.Postgres, service.Sqlite)
    return next((each.name for kind in kinds for each in services if isinstance(each.spec, kind)), "")


def _step(raw: str | Mapping[str, object], index: int, services: Sequence[service.Service], file: Path) -> Step:
    key = f"baseline.recipe[{index}]"
    if isinstance(raw, str):
        return CommandStep(raw, _words(raw, key, file))
    if "sql" in raw:
        sql = read_table(model.SqlStepTable, raw, file=file, key=key)
        on = sql.on or _first_database(services)
        return SqlStep(f"sql {sql.sql} on {on}", file.parent / sql.sql, on)
    if "load" in raw:
        load = read_table(model.LoadStepTable, raw, file=file, key=key)
        on = load.on or _first_database(services)
        return LoadStep(f"load {load.load} on {on}", file.parent / load.load, on)
    if "unpack" in raw:
        unpack = read_table(model.UnpackStepTable, raw, file=file, key=key)
        title, limit = f"unpack {unpack.unpack} into {unpack.into}", model.in_bytes(unpack.limit)
        return UnpackStep(title, file.parent / unpack.unpack, unpack.into, limit)
    raise unknown(next(iter(raw), ""), ("load", "sql", "unpack"), file=file, key=key, what="kind of step")


def _words(command: str, key: str, file: Path) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ConfigError(f"{file.name}: {key} is {command!r}.", why=f"{error}.") from None
    if not words:
        raise ConfigError(f"{file.name}: {key} is an empty command.", next="Take it away, or name a program.")
    return words


def _first_command(services: Sequence[service.Service]) -> str:
    return next((each.name for each in services if isinstance(each.spec, service.Command)), "")


def _api(raw: sources.Raw, file: Path) -> ApiSettings | None:
    if "api" not in raw:
        return None
    table = read_table(model.ApiTable, raw["api"], file=file, key="api")
    return ApiSettings(table.service, table.auth, table.password, table.login, table.token_field, table.scheme)


def _variant(name: str, raw: Mapping[str, object], file: Path) -> Variant:
    table = read_table(model.VariantTable, raw, file=file, key=f"variants.{name}")
    return Variant(name, tuple((each, tuple(env.items())) for each, env in table.env.items()))


def _prerequisites(
    raw: sources.Raw, services: Sequence[service.Service], file: Path
) -> tuple[service.Prerequisite, ...]:
    api = _api(raw, file)
    entered = api.service if api else _first_command(services)
    found = []
    for name, table in _tables(raw, "prerequisites", file).items():
        key = f"prerequisites.{name}"
        ours = {part: value for part, value in table.items() if part in model.PrerequisiteTable.model_fields}
        words = read_table(model.PrerequisiteTable, ours, file=file, key=key)
        probe = _probe({part: value for part, value in table.items() if part not in ours}, key, file)
        found.append(service.Prerequisite(name, words.on or _asked(probe, services, entered), probe, words.hint))
    return tuple(found)


def _asked(probe: service.Probe, services: Sequence[service.Service], entered: str) -> str:
    """Whom a prerequisite asks that does not say: the first of the kind, or the service that tests *enter*."""
    match probe:
        case service.SqlProbe():
            return next((each.name for each in services if isinstance(each.spec, service.Postgres)), "")
        case service.RedisProbe():
            return next((each.name for each in services if isinstance(each.spec, service.Redis)), "")
        case _:
            return entered


def _settings(raw: sources.Raw, overrides: Sequence[sources.Override], file: Path) -> tuple[Setting, ...]:
    said = {override.key: override.source for override in overrides}
    given = [(key, value, said.get(key, file.name)) for key, value in sources.leaves(raw)]
    present = {key for key, _, _ in given}
    defaults = [(key, value, "default") for key, value in model.defaults(raw) if key not in present]
    shown = ((key, _shown(key, value), source) for key, value, source in given)
    return tuple(Setting(".".join(key), value, source) for key, value, source in (*shown, *defaults))


def _shown(key: tuple[str, ...], value: object) -> object:
    """A value as it may be shown: without a password that opens more than the tests' own stack."""
    if key[-2:] == ("compose", "password"):
        return "***"
    return external.shown(value) if key[0] == "external" else value
