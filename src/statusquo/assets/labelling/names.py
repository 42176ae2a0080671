"""What the other steps share: what is wrong with a label, and how keys of rows with one come to be. Pure."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from statusquo.assets.dataset import Record
from statusquo.assets.schema import Field, Schema
from statusquo.core.errors import DatasetError


class LabelError(DatasetError):
    """A label that no row has, or that two rows have; *rule* is what lint calls it."""

    def __init__(self, what: str, *, rule: str, next: str = "", evidence: str = "") -> None:
        super().__init__(what, next=next, evidence=evidence)
        self.rule = rule


def shares(record: Record, schema: Schema) -> bool:
    """True for a row that has the key of another one: by inheritance, or as a part of it."""
    key = key_field(record, schema)
    return bool(key and key.to)


def key_field(record: Record, schema: Schema) -> Field | None:
    """The one field that is the key, as far as it is known."""
    model = schema.get(record.model)
    return model.field(model.pk[0]) if model and len(model.pk) == 1 else None


def uuid_of(record: Record) -> str:
    """The key that a label stands for where keys are UUIDs: the same everywhere."""
    return str(uuid5(NAMESPACE_OID, f"{record.model}:{record.label}"))
