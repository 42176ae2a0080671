"""``manage.py seed``: the example's world, as code. Fills an empty, migrated database and the media folder.

Everything is the same each time, dates and keys included: ``manage.py record`` and ``statusquo dump`` make ``assets/``.
People are named for what they may do: owner1, maintainer1, supervisor1, worker1 and worker2 work for acme.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha1

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand
from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts.models import Membership, Organization, User
from audit.models import Entry
from common import png
from projects import images
from projects.models import Job, Label, Project, Shape, Task
from reviews.models import Comment, Issue
from webhooks.models import Webhook

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PASSWORD = "annotate"
SALT = "annotationAnnotation22"  # 128 bits long: Django renews a shorter one at the first sign-in, which is a write

USERS = {
    "admin": ["admin1", "admin2"],
    "user": ["owner1", "maintainer1", "supervisor1", "owner2", "maintainer2", "owner3", "user1"],
    "worker": ["worker1", "worker2", "worker3", "worker4"],
}
MEMBERS = {
    "acme": {
        "owner1": "owner",
        "maintainer1": "maintainer",
        "supervisor1": "supervisor",
        "worker1": "worker",
        "worker2": "worker",
    },
    "beta": {"owner2": "owner", "maintainer2": "maintainer", "supervisor1": "worker", "worker3": "worker"},
    "gamma": {"owner3": "owner", "owner1": "maintainer"},
}
PROJECTS = [
    ("Traffic signs", "acme", "maintainer1", "supervisor1", ["stop", "yield", "other"]),
    ("Birds", "acme", "owner1", None, ["gull", "crow"]),
    ("Cells", "beta", "owner2", "worker3", ["nucleus", "membrane", "other"]),
    ("Archive", "gamma", "owner3", None, ["page"]),
]
# Project, name, owner, assignee, number of images, of which as many to a job, and who has the jobs.
TASKS = [
    ("Traffic signs", "North road", "supervisor1", "worker2", 4, 2, ["worker1", "worker2"]),
    ("Traffic signs", "South road", "maintainer1", None, 3, 2, ["worker1", None]),
    ("Birds", "Gulls", "owner1", None, 2, 2, ["worker2"]),
    ("Birds", "Crows", "supervisor1", None, 0, 10, []),
    ("Cells", "Plate 1", "owner2", "worker3", 2, 1, ["worker3", "supervisor1"]),
    *(("Archive", f"Box {number}", "owner3", None, 0, 10, []) for number in range(1, 13)),
]
# Job by its number, frame, owner, assignee, resolved, and who said what.
ISSUES = [
    (1, 0, "supervisor1", "worker1", False, [("supervisor1", "Too wide."), ("worker1", "On it.")]),
    (1, 1, "maintainer1", "worker1", True, [("maintainer1", "Wrong label."), ("worker1", "Done.")]),
    (2, 2, "worker2", None, False, [("worker2", "Is this a sign at all?")]),
    (3, 0, "owner1", None, False, []),
    (6, 0, "owner2", "worker3", False, [("owner2", "Please look again.")]),
]


class Command(BaseCommand):
    """Makes the world."""

    help = "Fill an empty database and the media folder with the example's data."

    @transaction.atomic
    def handle(self, *args, **options):
        users = make_users()
        organizations = make_organizations(users)
        projects = make_projects(users, organizations)
        make_tasks(users, projects)
        make_issues(users)
        make_webhooks(users, organizations)
        make_entries(users, projects)


def day(number):
    """The same morning, some days later: both dates of a model."""
    at = START + timedelta(days=number)
    return {"created": at, "updated": at}


def digest(text):
    """Hexadecimal digits that look random and are not."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()


def make_users():
    # One hash for all of them, made to be checked quickly: see annotation/settings_testing.py.
    password = make_password(PASSWORD, salt=SALT, hasher="md5")
    users = {
        name: User.objects.create(
            username=name,
            email=f"{name}@example.org",
            first_name=name.title(),
            role=role,
            password=password,
            date_joined=START,
        )
        for role, names in USERS.items()
        for name in names
    }
    gone = {"email": "gone1@example.org", "is_active": False, "password": password, "date_joined": START}
    users["gone1"] = User.objects.create(username="gone1", **gone)
    for name in ("admin1", "supervisor1", "worker1"):
        Token.objects.create(user=users[name], key=digest(name))
    Token.objects.update(created=START)
    return users


def make_organizations(users):
    organizations = {}
    for number, (slug, members) in enumerate(MEMBERS.items()):
        owner = next(name for name, role in members.items() if role == "owner")
        organization = Organization.objects.create(slug=slug, name=slug.title(), owner=users[owner], **day(number))
        organizations[slug] = organization
        for name, role in members.items():
            Membership.objects.create(organization=organization, user=users[name], role=role, joined=START)
    return organizations


def make_projects(users, organizations):
    projects = {}
    for number, (name, organization, owner, assignee, labels) in enumerate(PROJECTS):
        projects[name] = Project.objects.create(
            name=name,
            organization=organizations[organization],
            owner=users[owner],
            assignee=users.get(assignee),
            **day(10 + number),
        )
        for label in labels:
            Label.objects.create(project=projects[name], name=label, color=f"#{digest(label)[:6]}")
    return projects


def make_tasks(users, projects):
    for number, (project, name, owner, assignee, size, segment_size, workers) in enumerate(TASKS):
        task = Task.objects.create(
            project=projects[project],
            name=name,
            owner=users[owner],
            assignee=users.get(assignee),
            segment_size=segment_size,
            **day(20 + number),
        )
        if size:
            images.store(task, [(f"{frame:03}.png", png.draw(32, 24, box(frame))) for frame in range(size)])
        for job, worker in zip(task.jobs.order_by("id"), workers, strict=True):
            state = Job.State.IN_PROGRESS if worker else Job.State.NEW
            Job.objects.filter(pk=job.pk).update(assignee=users.get(worker), state=state, **day(20 + number))
            make_shapes(job)


def box(frame):
    """Where the bright part of a picture is."""
    return (4 + frame, 3 + frame, 20 + frame, 12 + frame)


def make_shapes(job):
    label = job.task.project.labels.first()
    for frame in range(job.start, job.stop + 1):
        Shape.objects.create(job=job, label=label, frame=frame, kind=Shape.Kind.RECTANGLE, points=list(box(frame)))


def make_issues(users):
    jobs = list(Job.objects.order_by("id"))
    for number, (job, frame, owner, assignee, resolved, comments) in enumerate(ISSUES):
        issue = Issue.objects.create(
            job=jobs[job - 1],
            frame=frame,
            position=[8.0, 6.0],
            owner=users[owner],
            assignee=users.get(assignee),
            resolved=resolved,
            **day(40 + number),
        )
        for author, message in comments:
            Comment.objects.create(issue=issue, owner=users[author], message=message, **day(40 + number))


def make_webhooks(users, organizations):
    """Inactive ones: only tests that look at deliveries cause any."""
    for slug, owner, events in (
        ("acme", "owner1", ["create:tasks", "update:jobs"]),
        ("beta", "owner2", ["create:issues"]),
    ):
        Webhook.objects.create(
            organization=organizations[slug],
            owner=users[owner],
            target_url=f"https://{slug}.example.org/hook",
            secret=f"secret of {slug}",
            events=events,
            is_active=False,
            **day(50),
        )


def make_entries(users, projects):
    for project in projects.values():
        Entry.objects.create(
            at=project.created,
            actor=project.owner,
            action="create",
            resource="projects",
            resource_id=project.pk,
            organization=project.organization_id,
        )
