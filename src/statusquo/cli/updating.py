"""What ``statusquo assets update`` writes: rows and files of the running stack, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from statusquo.assets import changes, dump, sidecar
from statusquo.assets.changes import Change
from statusquo.assets.volumes import merging, packing, reading
from statusquo.assets.volumes.merging import Difference
from statusquo.assets.volumes.volume import Volume
from statusquo.cli import volumes
from statusquo.config import Config
from statusquo.core.errors import StoreError
from statusquo.core.lane import Lane


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of one store, and what is different from those that were kept before."""

    path: Path
    volume: Volume
    differences: tuple[Difference, ...]
    is_written: bool


@contextmanager
def kept(config: Config, lane: Lane) -> Iterator[tuple[Kept, ...]]:
    """The files of the lane's folders, written beside their places, which they take at the end of the block."""
    with ExitStack() as places:
        yield tuple(
            _kept(_folder(lane, store), path, config.assets.exclude, places)
            for store, path in config.assets.volumes.items()
        )


def _kept(folder: Path, target: Path, exclude: tuple[str, ...], places: ExitStack) -> Kept:
    before = reading.read(target) if target.exists() else Volume({})
    volume, is_written = places.enter_context(packing.prepared(folder, target, exclude))
    return Kept(target, volume, merging.compare(before, volume), is_written)


def _folder(lane: Lane, store: str) -> Path:
    endpoint = lane.endpoints.get(store)
    if endpoint is None or endpoint.path is None:
        raise StoreError(f'The files of "{store}" cannot be read from this machine.')
    return endpoint.path


def planned(plan: dump.Plan, every: tuple[Kept, ...]) -> tuple[Change, ...]:
    """What is to be written besides the files: the rows, and the lock with the digests of the files."""
    path = sidecar.path_of(plan.path)
    texts: Mapping[Path, str | None] = {each.path: each.text for each in plan.changes}
    text = texts.get(path) or path.read_text(encoding="utf-8")
    lock = sidecar.read(text, str(path))
    held = {volumes.name_of(each.path, plan.path.parent): each.volume.digests for each in every}
    noted = replace(lock, volumes=dict(sorted({**lock.volumes, **held}.items())))
    others = [each for each in plan.changes if each.path != path]
    return changes.needed([*others, Change(path, sidecar.write(noted))])
