"""The people and things of the recorded data by name, so that tests say ``USERS["worker1"]`` and not 10."""

import json
from pathlib import Path

EXPECTED = Path(__file__).parent.parent / "assets" / "expected"


def recorded(name):
    """The recorded list of a resource."""
    return json.loads((EXPECTED / f"{name}.json").read_text())["results"]


USERS = {user["username"]: user["id"] for user in recorded("users")}
ORGANIZATIONS = {organization["slug"]: organization["id"] for organization in recorded("organizations")}
PROJECTS = {project["name"]: project["id"] for project in recorded("projects")}
LABELS = {(label["project"], label["name"]): label["id"] for label in recorded("labels")}
TASKS = {task["name"]: task["id"] for task in recorded("tasks")}
JOBS = {(job["task"], job["start"]): job["id"] for job in recorded("jobs")}
MEMBERSHIPS = {(one["organization"], one["username"]): one["id"] for one in recorded("memberships")}

ACME, BETA, GAMMA = ORGANIZATIONS["acme"], ORGANIZATIONS["beta"], ORGANIZATIONS["gamma"]
SIGNS, BIRDS, CELLS = PROJECTS["Traffic signs"], PROJECTS["Birds"], PROJECTS["Cells"]
STOP = LABELS[SIGNS, "stop"]
NORTH, SOUTH, GULLS, CROWS = TASKS["North road"], TASKS["South road"], TASKS["Gulls"], TASKS["Crows"]
NORTH_1, NORTH_2, SOUTH_1, SOUTH_2 = JOBS[NORTH, 0], JOBS[NORTH, 2], JOBS[SOUTH, 0], JOBS[SOUTH, 2]

EVERYBODY = ["admin1", "owner1", "maintainer1", "supervisor1", "worker1", "worker2", "owner2", "user1"]
"""One person of each kind as acme sees them; owner2 works elsewhere and user1 nowhere."""
