"""Taking images in: checked, written to the task's folder, and the jobs cut. The task view and the seed call it."""

import hashlib

from rest_framework.exceptions import ValidationError

from common import png
from projects.models import Image, Job, Task


def store(task, contents):
    """Keep ``[(name, bytes)]`` as the task's images, in order, and cut its jobs.

    Raises ValidationError with nothing kept.
    """
    if task.size:
        raise ValidationError({"files": "The task has its images already."})
    if not contents:
        raise ValidationError({"files": "No image was sent."})
    if len({name for name, _ in contents}) < len(contents):
        raise ValidationError({"files": "Two images have the same name."})
    images = [_image(task, frame, name, data) for frame, (name, data) in enumerate(contents)]
    Image.objects.bulk_create(images)
    Job.objects.bulk_create(_cut(task, len(images)))
    task.size, task.status = len(images), Task.Status.ANNOTATION
    task.save()
    task.folder.mkdir(parents=True, exist_ok=True)
    for image, (_, data) in zip(images, contents, strict=True):
        image.path.write_bytes(data)
    return images


def _cut(task, size):
    """The jobs for *size* images: ``segment_size`` frames each, the last one what is left."""
    step = task.segment_size
    return [Job(task=task, start=start, stop=min(start + step, size) - 1) for start in range(0, size, step)]


def _image(task, frame, name, data):
    try:
        width, height = png.measure(data)
    except ValueError as error:
        raise ValidationError({"files": f"{name}: {error}."}) from error
    digest = hashlib.sha256(data).hexdigest()
    return Image(task=task, frame=frame, name=name, size=len(data), width=width, height=height, sha256=digest)
