"""What two branches made of a lock, but for what follows from the rows. Pure; the command line writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from statusquo.assets import sidecar
from statusquo.assets.dataset import Dataset
from statusquo.assets.labels import Numbers
from statusquo.assets.merging import threes
from statusquo.assets.merging.threes import Three
from statusquo.assets.sidecar import Lock
from statusquo.assets.volumes import merging as volumes


def merge(three: Sequence[Lock | None], dataset: Dataset) -> Lock | None:
    """The lock of the merged rows: migrations and files as both sides made them; None if neither has one."""
    base, ours, theirs = three
    if not ours or not theirs:
        return sidecar.build(dataset, ours or theirs) if ours or theirs else None
    old = base or Lock("", {})
    apps = sorted({*ours.migrations, *theirs.migrations})
    like = replace(
        ours,
        migrations={app: _leaves(*(each.migrations.get(app, ()) for each in (old, ours, theirs))) for app in apps},
        excluded={**theirs.excluded, **ours.excluded},
        volumes=_volumes(old, ours, theirs),
    )
    return sidecar.build(dataset, like)


def numbers(ours: Lock | None, theirs: Lock | None) -> Numbers:
    """The numbers of labels as either side has them; ours where both have one."""
    every = [dict(each.labels) if each else {} for each in (theirs, ours)]
    return {model: {**every[0].get(model, {}), **every[1].get(model, {})} for model in {**every[0], **every[1]}}


def _volumes(old: Lock, ours: Lock, theirs: Lock) -> dict[str, dict[str, str]]:
    names = sorted({*ours.volumes, *theirs.volumes})
    merged = {name: volumes.digests(*(each.volumes.get(name, {}) for each in (old, ours, theirs))) for name in names}
    return {name: each for name, each in merged.items() if each or (name in ours.volumes and name in theirs.volumes)}


def _leaves(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return threes.merge(Three(base, ours, theirs), tuple, lambda three: tuple(sorted({*three.ours, *three.theirs})))
