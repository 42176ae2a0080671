"""The client of the policy service. Every permission is decided there, by the rules in ``policy/rules``.

A question is ``{"scope", "user", "resource"}``; rules answer ``allow`` (may the user do this to that object?) and
``visible`` (which objects may the user list?). No answer means no: the request fails with 503.
"""

import http.client
import json
from urllib.parse import urlsplit

from django.conf import settings
from rest_framework.exceptions import APIException, PermissionDenied

TIMEOUT = 5


class PolicyUnavailable(APIException):
    """The policy service gave no usable answer."""

    status_code = 503
    default_detail = "The policy service does not answer; nothing is allowed until it does."
    default_code = "policy_unavailable"


def require(user, resource, scope, facts):
    """Return if the rules of *resource* allow *user* the *scope* on the object with these *facts*, else raise."""
    question = {"scope": scope, "user": user.facts(), "resource": facts}
    if ask(f"annotation/{resource}/allow", question) is not True:
        raise PermissionDenied(f"You may not {scope} here.")


def visible(user, resource):
    """The objects *user* may list, as alternatives of field lookups; ``[{}]`` is all, ``[]`` none."""
    return ask(f"annotation/{resource}/visible", {"scope": "list", "user": user.facts()}) or []


def ask(rule, question):
    """The value of a rule, ``None`` if it is undefined, as OPA's data API has it."""
    status, body = _post(f"/v1/data/{rule}", json.dumps({"input": question}))
    if status != http.HTTPStatus.OK:
        raise PolicyUnavailable
    return json.loads(body).get("result")


def is_ready():
    """True when the service has its rules."""
    try:
        return _request("GET", "/health?bundles")[0] == http.HTTPStatus.OK
    except PolicyUnavailable:
        return False


def _post(path, body):
    return _request("POST", path, body)


def _request(method, path, body=None):
    parts = urlsplit(settings.POLICY_URL)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise PolicyUnavailable from error
    finally:
        connection.close()
