"""What becomes of fields that change by themselves when data are dumped again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Literal

from statusquo.assets import compare, volatile
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Model

Policy = Literal["keep", "keep-always", "live", "null", "fixed"]
"""``keep`` the value that the data have, of rows that are otherwise as they were; of all rows; leave them as they are
now; empty them where they may be empty; or give all of them one moment."""
_FIXED: Mapping[str, str] = {"datetime": "2000-01-01T00:00:00", "date": "2000-01-01", "time": "00:00:00"}


def settle(now: Dataset, before: Dataset | None, patterns: Collection[str], policy: Policy) -> Dataset:
    """The rows as they are *now*, with such fields as the policy has them."""
    if policy in {"null", "fixed"}:
        return now.having(_without(each, now.schema.get(each.model), patterns, policy) for each in now.records)
    if policy == "live" or before is None:
        return now
    kept: dict[str, dict[str, Json]] = {}
    for each in compare.compare(before, now, patterns):
        if each.before and each.after and (policy == "keep-always" or each.kind == "volatile"):
            model, old = now.schema.get(each.model), each.before.fields
            names = (field.name for field in each.fields if field.name in old)
            kept[each.after.subject] = {
                name: old[name] for name in names if volatile.is_volatile(model, each.model, name, patterns)
            }
    return now.having(
        replace(each, fields={**each.fields, **kept[each.subject]}) if kept.get(each.subject) else each
        for each in now.records
    )


def _without(record: Record, model: Model | None, patterns: Collection[str], policy: Policy) -> Record:
    fields = dict(record.fields)
    for each in model.fields if model else ():
        if each.name in fields and volatile.is_volatile(model, record.model, each.name, patterns):
            moment = _FIXED.get(each.kind, "") + ("Z" if each.kind == "datetime" and not each.zone else "")
            if policy == "null" and each.null:
                fields[each.name] = None
            elif fields[each.name] is not None and each.kind in _FIXED:
                fields[each.name] = moment
    return replace(record, fields=fields)
