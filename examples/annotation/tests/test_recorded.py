"""Every list as an admin gets it is the recorded one. ``manage.py record`` writes the recordings anew."""

import json

import pytest

from world import EXPECTED


@pytest.mark.parametrize("name", sorted(path.stem for path in EXPECTED.glob("*.json")))
def test_a_list_is_as_recorded(api, name):
    reply = api.as_user("admin1").get(f"/api/{name}", params={"page_size": 100})
    assert reply.json() == json.loads((EXPECTED / f"{name}.json").read_text())


@pytest.mark.parametrize(
    "name", ["users", "organizations", "projects", "labels", "tasks", "jobs", "issues", "comments"]
)
def test_an_object_is_as_in_its_list(api, name):
    for expected in json.loads((EXPECTED / f"{name}.json").read_text())["results"]:
        assert api.as_user("admin1").get(f"/api/{name}/{expected['id']}").json() == expected
