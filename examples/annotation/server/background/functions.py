"""The client of the function service, which finds shapes in images. The worker and the list view call it."""

import json
import urllib.error
import urllib.request

from django.conf import settings

TIMEOUT = 10

# A service of our own is never behind a proxy, whatever the machine's settings say.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FunctionFailed(Exception):
    """The function service refused, or did not answer."""


def names():
    """The functions there are."""
    return _json(f"{settings.FUNCTIONS_URL}/functions")["functions"]


def call(name, arguments):
    """What the function *name* answers."""
    return _json(f"{settings.FUNCTIONS_URL}/functions/{name}", json.dumps(arguments).encode())


def _json(url, body=None):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with _opener.open(request, timeout=TIMEOUT) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        raise FunctionFailed(json.load(error)["error"]) from error
    except (OSError, ValueError) as error:
        raise FunctionFailed(f"The function service does not answer: {error}") from error
