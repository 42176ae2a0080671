"""Which state of the project old data fit: the one their lock names, or the last that their models and fields fit.

And which state they shall go to, where that is not the last one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from statusquo.assets import history
from statusquo.assets.dataset import Dataset
from statusquo.assets.sidecar import Lock
from statusquo.core.errors import DatasetError

Node = tuple[str, str]
Goal = tuple[str, str] | tuple[str]
"""An app and its migration to go to, or the app alone: to its last."""


def disk() -> MigrationLoader:
    """All migrations that the project has, those that are replaced by a squashed one among them."""
    return MigrationLoader(None, replace_migrations=False)


def of_lock(lock: Lock, loader: MigrationLoader, dataset: Dataset) -> tuple[Node, ...]:
    """The migrations to go to for the state that a lock names. Raises DatasetError for one that is not there."""
    shown = {record.app for record in dataset.records}
    nodes = []
    for app, names in lock.migrations.items():
        if app in loader.migrated_apps or app in shown:
            nodes += [_found((app, name), loader, lock) for name in names]
    since = loader.migrated_apps & (shown - {*lock.migrations})  # they had no migrations when the rows were dumped
    return (*nodes, *(node for app in sorted(since) for node in loader.graph.root_nodes(app)))


def said(text: str, loader: MigrationLoader) -> Node:
    """The migration that ``APP=MIGRATION`` means; the beginning of its name is enough. Raises DatasetError."""
    app, _, name = text.partition("=")
    known = sorted(each for label, each in loader.disk_migrations if label == app)
    found = [name] if name in known else [each for each in known if name and each.startswith(name)]
    if len(found) != 1:
        what = "is more than one migration" if found else "is no migration"
        raise DatasetError(f"{text!r} {what}.", next=f"Of {app}: {', '.join(found or known)}." if known else "")
    return app, found[0]


def goal(text: str, loader: MigrationLoader) -> Goal:
    """Where ``APP=MIGRATION``, or ``APP`` alone, means to go. Raises DatasetError."""
    return (text,) if "=" not in text and text in loader.migrated_apps else said(text, loader)


def refuse_backward(goal: Goal, loader: MigrationLoader) -> None:
    """Return if the goal is not behind what a database has been through. Raises DatasetError."""
    done = applied(loader)
    if len(goal) > 1 and goal in done and goal not in last(done, loader):
        raise DatasetError(
            f"The data are of a later state than {'='.join(goal)} already.",
            why="Migrations carry data forward only.",
            next="Take the data from the commit that had them so.",
        )


def applied(loader: MigrationLoader) -> tuple[Node, ...]:
    """The migrations that the database of a loader has been through, as its graph has them."""
    return tuple(sorted(node for node in loader.applied_migrations if node in loader.graph.nodes))


def last(nodes: Collection[Node], loader: MigrationLoader) -> tuple[Node, ...]:
    """Those of the migrations that no other one of the same app comes after."""
    before = {
        parent.key for node in nodes for parent in loader.graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return tuple(sorted({*nodes} - before))


def of_project(nodes: Sequence[Node], loader: MigrationLoader) -> ProjectState:
    """The models after some migrations; those of apps without any as they are today, where they fit these.

    Django leaves the references of the latter out, since they may lead to what is not there yet.
    """
    state: ProjectState = loader.project_state(list(nodes))
    for label in sorted(loader.unmigrated_apps):
        models = tuple(apps.get_app_config(label).get_models())
        if all(_is_there(to, state) for model in models for to in _referred(model)):
            state.real_apps = state.real_apps - {label}
            for model in models:
                state.add_model(ModelState.from_model(model))
    return state


def _referred(model: Any) -> Iterator[Any]:
    fields = (*model._meta.local_fields, *model._meta.local_many_to_many)
    return (each.related_model._meta for each in fields if each.remote_field)


def _is_there(meta: Any, state: ProjectState) -> bool:
    return (meta.app_label, meta.model_name) in state.models or meta.app_label in state.real_apps


def inferred(dataset: Dataset, loader: MigrationLoader) -> tuple[tuple[Node, ...], ...]:
    """The states that the rows fit, the oldest first, each as the last migrations of all apps then."""
    wanted = {label: _Shown(records) for label, records in dataset.by_model().items()}
    state = ProjectState(real_apps=loader.unmigrated_apps)
    last: dict[str, str] = {}
    fitting: list[tuple[Node, ...]] = []
    for node in _in_order(loader):
        state = loader.graph.nodes[node].mutate_state(state, preserve=False)
        last[node[0]] = node[1]
        if all(_fits(shown, state, label) for label, shown in wanted.items()):
            fitting.append(tuple(last.items()))
    return tuple(fitting)


class _Shown:
    """What the rows of a model show of its fields."""

    def __init__(self, records: Sequence[Any]) -> None:
        self.some = {name for each in records for name in each.fields}
        self.all = set.intersection(*(set(each.fields) for each in records))


def _in_order(loader: MigrationLoader) -> Iterator[Node]:
    """All migrations of today's graph, each after what it depends on."""
    current = MigrationLoader(None)
    seen: dict[Node, None] = {}
    for leaf in sorted(current.graph.leaf_nodes()):
        for node in current.graph.forwards_plan(leaf):
            seen.setdefault(node)
    return iter(seen)


def _fits(shown: _Shown, state: ProjectState, label: str) -> bool:
    app, _, name = label.partition(".")
    model = state.models.get((app, name)) or next(
        (each for key, each in state.models.items() if key == (app, name.lower())), None
    )
    if model is None:
        return False
    needed = {field for field, each in model.fields.items() if _is_needed(each)}
    return shown.some <= set(model.fields) and needed <= shown.all


def _is_needed(field: Any) -> bool:
    """True for a column that a row cannot leave out."""
    is_filled = field.null or field.has_default() or field.has_db_default() or field.empty_strings_allowed
    is_none = field.primary_key or field.many_to_many or getattr(field, "generated", False)
    return not (is_filled or is_none)


def _found(node: Node, loader: MigrationLoader, lock: Lock) -> Node:
    if node in loader.disk_migrations:
        return node
    for (label, squashed), migration in loader.disk_migrations.items():
        own = [(app, name) for app, name in migration.replaces if app == node[0]]
        if own and own[-1] == node:
            return label, squashed
        if node in own:
            raise _missing(node, lock, f"{squashed} has taken its place, and goes further.")
    raise _missing(node, lock, "")


def _missing(node: Node, lock: Lock, why: str) -> DatasetError:
    app, name = node
    file = f"{app}/migrations/{name}.py"
    commit = history.last_with(Path.cwd(), f"**/{file}") or lock.commit
    return DatasetError(
        f"The data are of {app} {name}, a migration that the project does not have any more.",
        why=why,
        next=f"Commit {commit[:12]} still had it: get {file} and those before it back for this once."
        if commit
        else f"Get {file} and those before it back for this once.",
    )


def leaves(nodes: Sequence[Node]) -> Mapping[str, tuple[str, ...]]:
    """The state as a lock has it."""
    found: dict[str, tuple[str, ...]] = {}
    for app, name in nodes:
        found[app] = (*found.get(app, ()), name)
    return found
