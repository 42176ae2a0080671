"""``manage.py record``: writes the files of ``assets/`` from what the media folder and the API have now.

Run it after ``migrate`` and ``seed`` on an empty database, with the policy service running; ``statusquo dump`` writes
the rows. The same world gives the same bytes.
"""

import io
import json
import tarfile
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rest_framework.test import APIClient

from accounts.models import User

ASSETS = Path(settings.BASE_DIR).parent / "assets"
RECORDED_AS = "admin1"
LISTS = [
    "users",
    "organizations",
    "memberships",
    "projects",
    "labels",
    "tasks",
    "jobs",
    "issues",
    "comments",
    "webhooks",
    "audit",
]


class Command(BaseCommand):
    """Writes the assets."""

    help = "Write assets/media.tar.bz2 and assets/expected/*.json."

    def handle(self, *args, **options):
        record_media(ASSETS / "media.tar.bz2")
        for name in LISTS:
            record_list(name, ASSETS / "expected" / f"{name}.json")


def record_media(file):
    """The media folder's files, without dates and owners, so that equal files make equal archives."""
    with tarfile.open(file, "w:bz2") as archive:
        for path in sorted(settings.MEDIA_ROOT.rglob("*")):
            if path.is_file():
                member = tarfile.TarInfo(path.relative_to(settings.MEDIA_ROOT).as_posix())
                member.size = path.stat().st_size
                archive.addfile(member, io.BytesIO(path.read_bytes()))


def record_list(name, file):
    """What an admin sees of a resource."""
    client = APIClient(headers={"host": "127.0.0.1"})
    client.force_authenticate(User.objects.get(username=RECORDED_AS))
    reply = client.get(f"/api/{name}", {"page_size": 100})
    if reply.status_code != HTTPStatus.OK:
        raise CommandError(f"GET /api/{name} was answered with {reply.status_code}: {reply.content.decode()}")
    file.write_text(json.dumps(reply.json(), indent=1) + "\n")
