"""Keys in references in place of labels. Pure; ``labels`` asks."""

from __future__ import annotations

from dataclasses import dataclass, field

from statusquo.assets import references, rewriting
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.labelling import names
from statusquo.assets.labelling.names import LabelError
from statusquo.assets.references import Reference
from statusquo.core import graph


@dataclass(slots=True)
class Resolving:
    """Keys in references in place of labels."""

    dataset: Dataset
    named: dict[tuple[str, str], Record] = field(default_factory=dict)
    unknown: list[tuple[Reference, str, str]] = field(default_factory=list)

    def run(self) -> tuple[Record, ...]:
        """The rows with keys wherever they refer to rows by label. Raises LabelError."""
        self.named = {(each.model, each.label): each for each in self.dataset.records if each.label}
        new: dict[int, list[tuple[Reference, Json]]] = {}
        for each in references.edges(self.dataset):
            if isinstance(each.value, str) and each.value.startswith("@"):
                new.setdefault(id(each.source), []).append((each, self._meant(each)))
        if self.unknown:
            raise self._refusal()
        models = self.dataset.schema.models
        return tuple(
            rewriting.put(each, models[each.model], new[id(each)]) if id(each) in new else each
            for each in self.dataset.records
        )

    def _meant(self, reference: Reference) -> Json:
        """What the reference holds once its label is a key; what begins with two signs is a text with one."""
        text = str(reference.value)[1:]
        if text.startswith("@"):
            return text
        model, colon, name = text.rpartition(":")
        label = model if colon else reference.model
        found = self.named.get((label, name))
        if found is None:
            self.unknown.append((reference, label, name))
            return reference.value
        if reference.to_field and found.model == reference.model:
            return found.fields.get(reference.to_field)
        return self._key(found)

    def _key(self, record: Record) -> Json:
        """The key of a row; that of the row it shares it with, if that has a label too."""
        if names.shares(record, self.dataset.schema):
            reference = next(each for each in references.edges(self.dataset, [record]) if each.field == "pk")
            is_label = isinstance(reference.value, str) and reference.value.startswith("@")
            return self._meant(reference) if is_label else record.pk
        return record.pk

    def _refusal(self) -> LabelError:
        reference, label, name = self.unknown[0]
        told = [f"{each.source.place}: {each.source.subject}.{each.field}: @{name}" for each, _, name in self.unknown]
        return LabelError(
            f"{reference.source.place}: {reference.source.subject}.{reference.field}: no row of {label} is called "
            f"{name!r}.",
            rule="F010",
            next=graph.did_you_mean(name, [known for model, known in self.named if model == label]),
            evidence="\n".join(told) if len(told) > 1 else "",
        )
