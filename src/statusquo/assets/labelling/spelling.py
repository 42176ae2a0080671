"""Labels in place of keys, as files have them. Pure; ``labels`` asks."""

from __future__ import annotations

from dataclasses import replace

from statusquo.assets import canonical, references, rewriting
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.labelling import names
from statusquo.assets.references import Reference


class Spelling:
    """Labels in place of keys."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset, self._index = dataset, references.index(dataset)
        schema = dataset.schema
        self._sharing = {
            (schema.family(each.model), references.key_text(each.pk)): each for each in dataset.records if each.label
        }

    def record(self, record: Record) -> Record:
        """The row as files have it."""
        model = self._dataset.schema.get(record.model)
        if model is None:
            return record
        edges = references.edges(self._dataset, [record])
        spelt = rewriting.put(record, model, ((each, self._spelt(each)) for each in edges))
        fields = dict(spelt.fields)
        for many in model.many:
            held = fields.get(many.name)
            if isinstance(held, list):
                fields[many.name] = sorted(held, key=canonical.sortable)
        is_needless = record.label and not names.shares(record, self._dataset.schema) and _is_made(record)
        return replace(spelt, pk=None if is_needless else spelt.pk, fields=fields)

    def _spelt(self, reference: Reference) -> Json:
        target = None if reference.is_natural else self._index.resolve(reference)
        if target and target.label:
            return f"@{target.label}"
        family = self._dataset.schema.family(reference.model)
        if target and (sharing := self._sharing.get((family, references.key_text(target.pk)))):
            return f"@{sharing.model}:{sharing.label}" if sharing is not reference.source else reference.value
        text = reference.value
        return f"@{text}" if isinstance(text, str) and text.startswith("@") else text


def _is_made(record: Record) -> bool:
    """True for a key that is found again without the file: numbers are in the lock."""
    return isinstance(record.pk, int) or record.pk == names.uuid_of(record)
