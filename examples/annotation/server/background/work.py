"""What the worker does for requests. Runs in the worker's process, each piece in a transaction of its own."""

import base64
import json
import zipfile
from pathlib import Path

from django.db import transaction

from accounts.models import User
from audit import log
from background import functions, requests
from projects.models import Shape, Task
from projects.serializers import FileShapeSerializer


class Refused(Exception):
    """The work cannot be done as asked; the message is for the user."""


def export_task(*, request_id, user_id, task_id, images):
    """Write the archive of a task: ``annotations.json`` and, if asked for, the images."""
    task = Task.objects.get(pk=task_id)
    target = requests.result_file(request_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Files of a restored volume may be dated 1970, which a zip archive cannot say.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        archive.writestr("annotations.json", json.dumps(_as_file(task), indent=1))
        for image in task.images.all() if images else ():
            archive.write(image.path, f"images/{image.name}")


@transaction.atomic
def import_task(*, request_id, user_id, task_id, path):
    """Put the shapes of an exported file in the place of the task's own."""
    task = Task.objects.get(pk=task_id)
    file = Path(path)
    data = file.read_bytes()
    file.unlink()
    shapes = list(_from_file(task, data))
    before = _replace(task, shapes)
    log.record(User.objects.get(pk=user_id), "import", "tasks", task, changes={"shapes": [before, len(shapes)]})


@transaction.atomic
def annotate_task(*, request_id, user_id, task_id, function, label):
    """Add what a function finds in each image, in the place of what functions found before."""
    task = Task.objects.get(pk=task_id)
    if not task.project.labels.filter(pk=label).exists():
        raise Refused("The label belongs to another project.")
    found = []
    for image in task.images.all():
        reply = functions.call(function, {"image": base64.b64encode(image.path.read_bytes()).decode()})
        found += [(image.frame, shape) for shape in reply["shapes"]]
    Shape.objects.filter(job__task=task, source=Shape.Source.AUTO).delete()
    Shape.objects.bulk_create(
        Shape(
            job=_job_of(task, frame),
            label_id=label,
            frame=frame,
            kind=shape["kind"],
            points=shape["points"],
            source=Shape.Source.AUTO,
        )
        for frame, shape in found
    )
    log.record(User.objects.get(pk=user_id), "annotate", "tasks", task, changes={"found": [0, len(found)]})


def _as_file(task):
    shapes = Shape.objects.filter(job__task=task).select_related("label").order_by("frame", "id")
    return {
        "task": task.name,
        "shapes": [
            {"frame": shape.frame, "label": shape.label.name, "kind": shape.kind, "points": shape.points}
            for shape in shapes
        ],
    }


def _from_file(task, data):
    """The shapes in a file. Raises Refused when it is not one of ours or does not fit the task."""
    labels = {label.name: label for label in task.project.labels.all()}
    try:
        items = json.loads(data)["shapes"]
    except (ValueError, TypeError, KeyError) as error:
        raise Refused("The file is not an export of a task.") from error
    for item in items:
        serializer = FileShapeSerializer(data=item)
        if not serializer.is_valid():
            raise Refused(f"Not a shape: {json.dumps(item)}")
        shape = serializer.validated_data
        if shape["label"] not in labels:
            raise Refused(f"The project has no label {shape['label']!r}.")
        yield Shape(
            **shape | {"label": labels[shape["label"]]}, job=_job_of(task, shape["frame"]), source=Shape.Source.FILE
        )


def _replace(task, shapes):
    old = Shape.objects.filter(job__task=task)
    before = old.count()
    old.delete()
    Shape.objects.bulk_create(shapes)
    return before


def _job_of(task, frame):
    job = task.jobs.filter(start__lte=frame, stop__gte=frame).first()
    if job is None:
        raise Refused(f"The task has no frame {frame}.")
    return job
