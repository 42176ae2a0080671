"""What the store keeps for a baseline, and what it has heard since it was last like that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from statusquo.stores.files import manifest
from statusquo.stores.files.manifest import Manifest, Suspects
from statusquo.stores.files.picture import News
from statusquo.stores.files.scan import Witness


@dataclass(slots=True)
class Layer:
    """A baseline's manifest, which gets new witnesses for what a rewind wrote, and what may differ from it."""

    manifest: Manifest
    added: tuple[str, ...]
    """The contents that were not in the vault before: no outer baseline needs them."""
    changed: set[str] | None = field(default_factory=set)
    """The paths that may differ; ``None``: any."""
    written: set[str] = field(default_factory=set)
    """Files whose content may differ although their witness is the same."""

    @property
    def vouched(self) -> Manifest:
        """The manifest for somebody who has not heard what we have: its witnesses vouch for less."""
        return replace(self.manifest, racy=self.manifest.racy | self.written)

    def hear(self, news: News) -> None:
        """More may differ now."""
        self.written |= news.written
        self.changed = None if news.paths is None or self.changed is None else self.changed | news.paths

    def suspects(self, seen: Mapping[str, Witness]) -> Suspects:
        """The paths that may differ, given what is *seen* in the folder."""
        return manifest.compare(self.manifest, seen, among=self.changed, read=self.written)

    def touch(self, paths: AbstractSet[str]) -> None:
        """Those *paths* may differ, too."""
        self.changed = None if self.changed is None else self.changed | paths

    def settle(
        self, seen: Mapping[str, Witness], paths: AbstractSet[str], *, held: AbstractSet[str], tick: int
    ) -> None:
        """The folder is as the baseline has it; *paths* are *seen* in another way. *held* are written unheard."""
        self.changed, self.written = set(), set(held)
        if paths:
            self.manifest = manifest.reseen(self.manifest, seen, paths, tick=tick)
