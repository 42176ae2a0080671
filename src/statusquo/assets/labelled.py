"""Rows of test data by their labels, for tests: ``rows["shop.user", "admin1"].pk``."""

from __future__ import annotations

from pathlib import Path

from statusquo.assets import files
from statusquo.assets.dataset import Record
from statusquo.assets.formats import entry
from statusquo.core import graph
from statusquo.core.errors import DatasetError


class Labelled:
    """The rows of the dataset at a path that have a label; each with ``pk`` and ``fields``, as the file has them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows = {(each.model, each.label): each for each in files.read(path).dataset.records if each.label}

    def __getitem__(self, key: tuple[str, str]) -> Record:
        """The row of a model, ``app.model``, with a label. Raises DatasetError if there is none."""
        model, name = entry.label(key[0]), key[1]
        if (model, name) not in self._rows:
            near = graph.did_you_mean(name, [known for label, known in self._rows if label == model])
            raise DatasetError(f"{self._path}: no row of {model} is called {name!r}.", next=near)
        return self._rows[model, name]
