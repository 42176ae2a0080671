"""What is known of models: fields, keys, references. Values, and the same as JSON for the lock.

A door that knows a live project, a historical state or a database fills these in; everything here only reads them. JSON
leaves out what has its default, so a lock stays short and a new fact does not change those that are there. The module
is long because it is a format, value by value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Literal, TypeVar, get_args

from statusquo.core.errors import DatasetError
from statusquo.core.rows import Kind

Auto = Literal["", "now", "now_add"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column that a row has of its own. ``to`` makes it a reference."""

    name: str
    kind: Kind
    column: str = ""
    """Its name in the database; empty if it is the field's."""
    null: bool = False
    optional: bool = False
    """True if a row may leave it out: it has a default, or the database fills it."""
    to: str = ""
    """The label of the model that it refers to."""
    to_field: str = ""
    """The field of that model whose value it holds; empty for its key."""
    deferrable: bool = True
    """Whether the database checks the reference only at the end of the transaction."""
    constrained: bool = True
    """Whether the database checks the reference at all."""
    auto: Auto = ""
    """Set to the current time at each save, or at the first."""
    generated: bool = False
    """Computed by the database; never written."""
    choices: tuple[str | int, ...] = ()
    max_length: int = 0
    places: int = 0
    """Digits behind the point of a decimal."""
    zone: str = ""
    """The zone in which its moments are written without one; empty: they are written in UTC, and say so."""
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """A many-to-many field; rows list its targets only where ``through`` is not a model of its own."""

    name: str
    to: str
    through: str = ""
    table: str = ""
    """The table of the pairs, and below its columns: the key of the row that has the field, and of the target."""
    source: str = ""
    target: str = ""
    symmetrical: bool = False
    """True if each of a pair has the other."""


@dataclass(frozen=True, slots=True)
class Generic:
    """A pair of fields that refers to a row of any model."""

    name: str
    type_field: str
    id_field: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A reference that only the project knows of: what a field holds, or its JSON at a path."""

    field: str
    path: tuple[str, ...] = ()
    """Keys and numbers from the top of the JSON down; ``*`` for every one."""
    to: str = ""
    to_field: str = ""
    """The field of that model whose value it is; empty for its key."""


@dataclass(frozen=True, slots=True)
class Model:
    """One concrete model: what its own table has. ``label`` is ``app.model`` in lower case behind the dot."""

    label: str
    table: str = ""
    pk: tuple[str, ...] = ("id",)
    fields: tuple[Field, ...] = ()
    """The key's fields too, whether a row has them in ``pk`` or not."""
    many: tuple[Many, ...] = ()
    generics: tuple[Generic, ...] = ()
    declared: tuple[Declared, ...] = ()
    parents: tuple[str, ...] = ()
    """Labels of the models it inherits from, each with a table of its own; the links to them are among the fields."""
    unique: tuple[tuple[str, ...], ...] = ()
    """Sets of fields that no two rows may share; without the key, without those under a condition."""
    natural: tuple[str, ...] = ()
    """The fields that stand for the row in a reference by value."""
    managed: bool = True
    """False if migrations do not make its table."""
    after: tuple[str, ...] = ()
    """Labels of models whose rows must be there first, besides those that its fields refer to."""

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    def many_field(self, name: str) -> Many | None:
        """The many-to-many field of that name."""
        return next((each for each in self.many if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """The models that are known, by label."""

    models: Mapping[str, Model] = field(default_factory=dict)

    def get(self, label: str) -> Model | None:
        """What is known of the model; None if nothing is."""
        return self.models.get(label)

    def family(self, label: str) -> str:
        """The model whose keys the rows of this one share: through inheritance, or a key that is a reference."""
        model = self.get(label)
        key = model.field(model.pk[0]) if model and len(model.pk) == 1 else None
        return self.family(key.to) if key and key.to and key.to != label else label


def of(*models: Model) -> Schema:
    """The schema of these models."""
    return Schema({model.label: model for model in sorted(models, key=lambda each: each.label)})


def to_json(schema: Schema) -> dict[str, object]:
    """The schema as the lock has it: by label, defaults left out."""
    return {label: _dump(model, skip="label") for label, model in sorted(schema.models.items())}


def from_json(raw: object, *, file: str) -> Schema:
    """The schema in a lock's ``models``. Raises DatasetError for what cannot be one."""
    if not isinstance(raw, dict) or not all(isinstance(each, dict) for each in raw.values()):
        raise _wrong(file, "models", "a table of models")
    return Schema({label: _model(label, facts, file) for label, facts in raw.items()})


_Value = TypeVar("_Value", Model, Field, Many, Generic, Declared)


def _dump(value: Model | Field | Many | Generic | Declared, *, skip: str) -> dict[str, object]:
    dumped: dict[str, object] = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if each.name != skip and held != each.default:
            dumped[each.name] = _plain(held)
    return dumped


def _plain(held: object) -> object:
    match held:
        case Field() | Many() | Generic() | Declared():
            return _dump(held, skip="")
        case tuple():
            return [_plain(each) for each in held]
        case _:
            return held


def _model(label: str, facts: Mapping[str, object], file: str) -> Model:
    inner = {"fields": Field, "many": Many, "generics": Generic, "declared": Declared}
    read = {
        name: tuple(
            _load(inner[name], each, f"models.{label}.{name}", file)
            for each in _list(held, f"models.{label}.{name}", file)
        )
        if name in inner
        else held
        for name, held in facts.items()
    }
    return _load(Model, {**read, "label": label}, f"models.{label}", file)


def _load(kind: type[_Value], raw: object, where: str, file: str) -> _Value:
    known = {each.name: each for each in fields(kind)}
    if not isinstance(raw, dict) or not set(raw) <= set(known):
        raise _wrong(file, where, f"a table with keys among {', '.join(known)}")
    missing = [name for name, each in known.items() if each.default is MISSING and name not in raw]
    if missing:
        raise _wrong(file, where, f"a table with {missing[0]!r}")
    values = {name: _tuples(held) for name, held in raw.items()}
    if any(not _fits(held, str(known[name].type)) for name, held in values.items()):
        raise _wrong(file, where, f"the facts of a {kind.__name__.lower()}, each of its own type")
    return kind(**values)  # type: ignore[arg-type]  # their types were looked at on the line above


def _fits(held: object, annotation: str) -> bool:
    if annotation.startswith("tuple["):
        return isinstance(held, tuple) and all(isinstance(each, _MEMBERS.get(annotation, object)) for each in held)
    if annotation in _WORDS:
        return held in get_args(_WORDS[annotation])
    plain = {"str": str, "bool": bool, "int": int, "int | None": int | None}[annotation]
    return isinstance(held, plain) and (annotation == "bool" or not isinstance(held, bool))


_WORDS = {"Kind": Kind, "Auto": Auto}
_MEMBERS: Mapping[str, type] = {"tuple[str, ...]": str, "tuple[tuple[str, ...], ...]": tuple}


def _tuples(held: object) -> object:
    return tuple(_tuples(each) for each in held) if isinstance(held, list | tuple) else held


def _list(held: object, where: str, file: str) -> list[object]:
    if not isinstance(held, list):
        raise _wrong(file, where, "a list")
    return held


def _wrong(file: str, where: str, wanted: str) -> DatasetError:
    return DatasetError(
        f"{file}: {where} is not {wanted}.", next="Take the lock from version control, or dump the data again."
    )
