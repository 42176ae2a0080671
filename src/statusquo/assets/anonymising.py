"""Rows without what is known of people: per field a rule, the same result each time. Pure; dump and subset ask.

A made-up value follows from the salt, the row's key and the field, not from what was there. So a dump of data that were
made up already changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from statusquo.assets import canonical, fakes, personal, references, rewriting, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.personal import BODY, PROOF, Rule, Rules
from statusquo.assets.references import Reference
from statusquo.assets.schema import Field, Model
from statusquo.core.errors import DatasetError

_TRIES = 1000
"""Times that another value is made up for a field that is unique."""


def apply(dataset: Dataset, rules: Rules) -> Dataset:
    """The rows by these rules; references that hold what has changed follow.

    Raises ConfigError for a rule that its field cannot follow, DatasetError for a text of a personal model without one.
    """
    schema = dataset.schema
    chosen = {label: dict(personal.of_model(label, rules, schema)) for label in dataset.counts}
    personal.check(rules, schema)
    personal.refuse_open(dataset, rules)
    if not any(chosen.values()):
        return dataset
    changed = _Changing(dataset, rules.salt.encode(), chosen).run()
    return _followed(dataset, dataset.having(changed))


def told(dataset: Dataset, rules: Rules) -> Iterator[str]:
    """A line for each model with fields that were not kept."""
    for label in dataset.counts:
        names = sorted(name for name, rule in personal.of_model(label, rules, dataset.schema) if rule.how != "keep")
        if names:
            yield f"Anonymised: {label}: {', '.join(names)}."


@dataclass(slots=True)
class _Changing:
    dataset: Dataset
    salt: bytes
    chosen: Mapping[str, Mapping[str, Rule]]
    seen: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def run(self) -> tuple[Record, ...]:
        order = sorted(self.dataset.records, key=lambda each: (each.model, canonical.sortable(each.pk)))
        new = {id(each): self._changed(each) if self.chosen[each.model] else each for each in order}
        return tuple(new[id(each)] for each in self.dataset.records)

    def _changed(self, record: Record) -> Record:
        model = self.dataset.schema.models[record.model]
        fields = dict(record.fields)
        for name, rule in self.chosen[record.model].items():
            own = model.field(name)
            if own and fields.get(name) not in (None, ""):
                fields[name] = self._value(record, model, own, rule)
        return replace(record, fields=fields)

    def _value(self, record: Record, model: Model, own: Field, rule: Rule) -> Json:
        held = record.fields[own.name]
        match rule.how:
            case "null" | "const":
                return rule.const
            case "hash":
                return self._hashed(references.key_text(held))
            case "fake":
                return self._faked(record, own, rule.kind, is_unique=any(own.name in names for names in model.unique))
            case _:
                return held

    def _hashed(self, text: str) -> str:
        """The hash of a text; what is one of ours already stays."""
        if len(text) == BODY + PROOF and hmac.compare_digest(text, self._proved(text[:BODY])):
            return text
        return self._proved(self._digest(text).hex()[:BODY])

    def _proved(self, body: str) -> str:
        return body + self._digest("a hash", body).hex()[:PROOF]

    def _faked(self, record: Record, own: Field, kind: str, *, is_unique: bool) -> Json:
        seen = self.seen.setdefault((record.model, own.name), set())
        for number in range(_TRIES):
            seed = self._digest(record.model, references.key_text(record.pk), own.name, str(number))
            found = fakes.value(own, kind, seed, is_unique=is_unique)
            if not is_unique or values.compact(found) not in seen:
                seen.add(values.compact(found))
                return found
        raise DatasetError(f"{record.subject}.{own.name}: there are not enough made-up values for all rows.")

    def _digest(self, *parts: str) -> bytes:
        return hmac.new(self.salt, "\x1f".join(parts).encode(), hashlib.sha256).digest()


def _followed(before: Dataset, after: Dataset) -> Dataset:
    """The rows with references by natural key, or by a field, as their targets are now."""
    old, new = references.index(before), references.index(after)
    now = {id(one): two for one, two in zip(before.records, after.records, strict=True)}
    moved: dict[int, list[tuple[Reference, Json]]] = {}
    for each in references.edges(before):
        target = old.resolve(each) if each.is_natural or each.to_field else None
        if target is not None:
            value = [*new.natural(now[id(target)])] if each.is_natural else now[id(target)].fields.get(each.to_field)
            moved.setdefault(id(now[id(each.source)]), []).append((each, value))
    return after.having(
        rewriting.put(each, after.schema.models[each.model], moved[id(each)]) if id(each) in moved else each
        for each in after.records
    )
