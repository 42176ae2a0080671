"""A lock for data that somebody else has written: the facts of a project, as far as their rows need them. Pure.

``manage.py statusquo lock`` calls this; a dump makes its lock by itself.
"""

from __future__ import annotations

from dataclasses import replace

from statusquo.assets import files, selection, sidecar
from statusquo.assets.dataset import Dataset
from statusquo.assets.files import Stored
from statusquo.assets.schema import Schema
from statusquo.assets.sidecar import Lock
from statusquo.core import graph
from statusquo.core.errors import DatasetError

NO_ROWS = "the data have none of its rows"


def lock(stored: Stored, project: Lock) -> Lock:
    """The lock of the data, with what the *project* says of the models of its rows and of those that they refer to.

    What else their lock says stays. Raises DatasetError for rows of models that the project has not.
    """
    known = _schema(stored.dataset, project.schema)
    apps = {label.partition(".")[0] for label in known.models}
    counts = stored.dataset.counts
    like = replace(
        stored.lock or Lock("", {}),
        facts=project.facts,
        schema=known,
        migrations={app: names for app, names in project.migrations.items() if app in apps},
        excluded={label: NO_ROWS for label in known.models if label not in counts},
    )
    return sidecar.build(files.with_lock(stored, like).dataset, like)


def _schema(dataset: Dataset, project: Schema) -> Schema:
    for record in dataset.records:
        if record.model not in project.models:
            near = graph.did_you_mean(record.model, project.models)
            raise DatasetError(f"{record.place}: {record.subject} is of a model that the project has not.", next=near)
    own = (project.models[label] for label in dataset.counts)
    found = selection.with_targets(project, own, project.models)
    return Schema({each.label: each for each in sorted(found, key=lambda each: each.label)})
