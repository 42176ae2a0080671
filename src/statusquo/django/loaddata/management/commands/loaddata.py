"""``loaddata`` as Django has it, with its options, its signals and its counters; only the rows go in together.

What cannot be read or loaded so (another format, a kind of database, a row that we refuse) is Django's to load.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core import serializers
from django.core.management.base import CommandError
from django.core.management.commands.loaddata import READ_STDIN
from django.core.management.commands.loaddata import Command as DjangoCommand
from django.db import connections

from statusquo.assets import files, formats
from statusquo.assets.dataset import Record
from statusquo.assets.loading.plan import Terms
from statusquo.core.errors import DatasetError, StoreError
from statusquo.django.loading import door, writers


class Command(DjangoCommand):
    """Django's command; ``loaddata`` is the step that it runs in a transaction."""

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        """Load the fixtures of these names."""
        refused = ""
        if READ_STDIN not in fixture_labels and connections[self.using].vendor in writers.VENDORS:
            try:
                if self.load_together(fixture_labels):
                    return
            except (DatasetError, StoreError) as error:
                refused = str(error)
        try:
            super().loaddata(fixture_labels)
        except Exception as error:
            raise CommandError(f"{error}\n{refused}") if refused else error from error

    def load_together(self, fixture_labels: Sequence[str]) -> bool:
        """Load the fixtures of these names, if all of them can be read here. Raises DatasetError, StoreError."""
        self.serialization_formats = serializers.get_public_serializer_formats()
        fixtures = [each for label in fixture_labels for each in self.find_fixtures(label)]
        parts = [self._read(Path(path)) for path, _, _ in fixtures]
        found = [record for part in parts for record in part]
        if not all(parts):
            return False
        kept = door.allowed(self._wanted(door.named(found)), self.using)
        exact = connections[self.using].vendor == "postgresql"
        terms = Terms(dropping=self.ignore, last_wins=True)
        door.load({self.using: kept}, terms, signals="raw", exact=exact)
        if self.verbosity >= 1:
            of = "" if len(kept) == len(found) else f" (of {len(found)})"
            self.stdout.write(f"Installed {len(kept)} object(s){of} from {len(parts)} fixture(s)")
        return True

    def _read(self, path: Path) -> tuple[Record, ...]:
        """The records of a file; none if its format is another, or is read by code of the project."""
        _, name, compression = self.parse_name(path.name)
        shape = formats.SUFFIXES.get(f".{name}")
        if shape is None or not serializers.get_deserializer(name).__module__.startswith("django."):
            return ()
        seen = path.stat()
        return _records(self.compression_formats[compression], path, shape, (seen.st_mtime_ns, seen.st_size))

    def _wanted(self, records: Sequence[Record]) -> Iterator[Record]:
        """Those whose models and apps are not excluded."""
        for record in records:
            model: Any = door.model_of(record.model)
            is_out = model and (model in self.excluded_models or model._meta.app_config in self.excluded_apps)
            if not is_out:
                yield record


@lru_cache(maxsize=32)
def _records(how: tuple[Any, str], path: Path, shape: formats.Format, _seen: tuple[int, int]) -> tuple[Record, ...]:
    """The records of a file as it is now: every class of tests loads its fixtures again."""
    records = tuple(shape.read(formats.decode(_content(how, path), str(path)), str(path)))
    has_labels = any(each.label for each in records)
    return files.known_by(files.read_lock(path), records).records if has_labels else records


def _content(how: tuple[Any, str], path: Path) -> bytes:
    """What the file has, unpacked. Raises DatasetError."""
    opened, mode = how
    try:
        with opened(str(path), mode) as file:
            content: bytes = file.read()
            return content
    except _BROKEN as error:
        raise DatasetError(f"{path}: cannot be read.", why=f"{error}.") from error


_BROKEN = (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What files raise that are cut off, are not what their name says, or have several files in a zip."""
