"""What a project says about people in its data: per field a rule, and models of which every text needs one. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from statusquo.assets import fakes, selection, values
from statusquo.assets.dataset import Dataset, Json
from statusquo.assets.formats import entry
from statusquo.assets.schema import Field, Model, Schema
from statusquo.core import graph
from statusquo.core.errors import ConfigError, DatasetError

How = Literal["keep", "null", "hash", "fake", "const"]
_PARTS = 3
BODY, PROOF = 8, 4
"""Hexadecimal digits of a hash, and of what proves that it is one of ours."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a field: kept, emptied, one value for all, the same value for the same one, a made-up one."""

    how: How
    const: Json = None
    kind: str = ""
    """Of made-up values; empty: what the name of the field asks for."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the project says about people in its data."""

    fields: Mapping[str, Rule] = field(default_factory=dict)
    """By ``app.model.field``."""
    personal: tuple[str, ...] = ()
    """Models of which every text needs a rule."""
    salt: str = ""


def read(raw: Mapping[str, object], personal: Collection[str] = (), salt: str = "") -> Rules:
    """The rules in a table: ``"app.model.field" = "hash"``, ``{ const = "" }``, ``{ fake = "email" }``.

    Raises ConfigError.
    """
    return Rules({_field(name): _rule(name, said) for name, said in raw.items()}, tuple(personal), salt)


def of_model(label: str, rules: Rules, schema: Schema) -> Iterator[tuple[str, Rule]]:
    """The rules for fields of a model, if it is known."""
    for name, rule in rules.fields.items():
        own, _, column = name.rpartition(".")
        if own == label and schema.get(label):
            yield column, rule


def check(rules: Rules, schema: Schema) -> None:
    """Return if every rule can be followed; of an app that is not known nothing can be said. Raises ConfigError."""
    apps = {label.partition(".")[0] for label in schema.models}
    for pattern in rules.personal:
        is_met = any(selection.matches(label, (pattern,)) for label in schema.models)
        if not is_met and _is_slip(pattern, {*schema.models, *apps}):
            near = graph.did_you_mean(pattern, {*schema.models, *apps})
            raise ConfigError(f"assets.personal: {pattern!r} is no model here.", next=near)
    for name, rule in rules.fields.items():
        label, _, column = name.rpartition(".")
        model = schema.get(label)
        if model is None:
            if label.partition(".")[0] in apps or _is_slip(label, schema.models):
                raise _wrong(name, f"there is no model {label}", graph.did_you_mean(label, schema.models))
            continue
        own = model.field(column)
        if own is None:
            raise _wrong(
                name,
                f"{label} has no field {column!r}",
                graph.did_you_mean(column, [each.name for each in model.fields]),
            )
        problem = _problem(rule, own, model)
        if problem:
            raise _wrong(name, problem)


def _is_slip(word: str, known: Collection[str]) -> bool:
    """True for what is nearly a known word, and probably no model of data that are not here."""
    return bool(difflib.get_close_matches(word, known, n=1, cutoff=0.8))


def _problem(rule: Rule, own: Field, model: Model) -> str:
    if rule.how == "keep":
        return ""
    if own.to or own.name in model.pk:
        return "it is a key or a reference, which names a row and nobody"
    if rule.how == "null" and not own.null:
        return "it may not be empty"
    if rule.how == "const" and (own.name,) in model.unique:
        return "it is unique, so that not all rows can have one value"
    if rule.how == "hash" and (own.kind != "text" or 0 < own.max_length < BODY + PROOF):
        return f"a hash is a text of {BODY + PROOF} characters"
    return f"there are no made-up values for a {own.kind}" if rule.how == "fake" and own.kind not in fakes.PLAIN else ""


def refuse_open(dataset: Dataset, rules: Rules) -> None:
    """Return if each text of a personal model has a rule. Raises DatasetError."""
    known = ((label, dataset.schema.get(label)) for label in dataset.counts)
    models = [model for label, model in known if model and selection.matches(label, rules.personal)]
    open_ = [
        f"{model.label}.{each.name}"
        for model in models
        for each in model.fields
        if _is_open(each, model) and f"{model.label}.{each.name}" not in rules.fields
    ]
    if open_:
        raise DatasetError(
            "It is not said what becomes of texts of people: " + ", ".join(open_) + ".",
            why="assets.personal names their models.",
            next='Give each a rule in assets.anonymise; "keep" is one.',
        )


def _is_open(own: Field, model: Model) -> bool:
    """True for a field that may hold anything about anybody."""
    return own.kind in {"text", "json", "other"} and not (own.to or own.choices or own.name in model.pk)


def _field(name: str) -> str:
    parts = name.split(".")
    if len(parts) != _PARTS:
        raise _wrong(name, "expected app.model.field")
    return f"{entry.label('.'.join(parts[:2]))}.{parts[2]}"


def _rule(name: str, said: object) -> Rule:
    match said:
        case "keep" | "null" | "hash" | "fake":
            return Rule(said)
        case {"const": value, **rest} if not rest and not values.trouble(value):
            return Rule("const", value)
        case {"fake": str(kind), **rest} if not rest:
            if kind in fakes.KINDS:
                return Rule("fake", kind=kind)
            raise _wrong(name, f"{kind!r} is nothing that can be made up", graph.did_you_mean(kind, fakes.KINDS))
        case str():
            near = graph.did_you_mean(said, get_args(How))
            raise _wrong(name, f"{said!r} is no rule", near)
        case _:
            raise _wrong(name, 'a rule is "keep", "null", "hash", "fake", { fake = "email" } or { const = VALUE }')


def _wrong(name: str, what: str, next: str = "") -> ConfigError:
    return ConfigError(f'assets.anonymise: "{name}": {what}.', next=next)
