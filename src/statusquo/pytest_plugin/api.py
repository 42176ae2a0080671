"""``api``, as a test sees it: a thin client of the configured service, as nobody or as somebody. ``run`` opens it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import IO, TypedDict, Unpack

import httpx

from statusquo.pytest_plugin.calls import Call

TIMEOUT = 30.0
"""Seconds. There are no retries: a test is told what happened."""

AuthFor = Callable[[str], httpx.Auth]
Primitive = str | int | float | bool | None
Content = IO[bytes] | bytes | str
Upload = Content | tuple[str | None, Content] | tuple[str | None, Content, str | None]


class Options(TypedDict, total=False):
    """What a request may carry; httpx says what each means."""

    params: Mapping[str, Primitive | Sequence[Primitive]] | None
    json: object
    data: Mapping[str, object] | None
    files: Mapping[str, Upload] | Sequence[tuple[str, Upload]] | None
    headers: Mapping[str, str] | None


class Api:
    """Requests to one service, each standing for itself: no cookies are kept and no redirects followed.

    Paths are relative to the service's URL. The answer is httpx's own, and one with status 400 or more is an answer
    as well; every method raises httpx.TransportError if there is none within 30 seconds.
    """

    def __init__(
        self, client: httpx.Client, auth_for: AuthFor, *, note: Callable[[Call], None], user: str = ""
    ) -> None:
        self._client = client
        self._auth_for = auth_for
        self._note = note
        self._auth = auth_for(user) if user else None
        self._user = user

    def as_user(self, name: str) -> Api:
        """The same service, entered as the user of that name."""
        return Api(self._client, self._auth_for, note=self._note, user=name)

    def request(self, method: str, path: str, **options: Unpack[Options]) -> httpx.Response:
        """Send one request."""
        started = time.perf_counter()
        outcome = "no answer"
        try:
            response = self._client.request(method, path, auth=self._auth, **options)
            outcome = str(response.status_code)
        except httpx.TransportError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._note(Call(self._user, method, path, outcome, time.perf_counter() - started))
        return response

    def get(self, path: str, **options: Unpack[Options]) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Unpack[Options]) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Unpack[Options]) -> httpx.Response:
        """PUT."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Unpack[Options]) -> httpx.Response:
        """PATCH."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Unpack[Options]) -> httpx.Response:
        """DELETE."""
        return self.request("DELETE", path, **options)


@contextmanager
def open_api(url: str, auth_for: AuthFor, *, note: Callable[[Call], None]) -> Iterator[Api]:
    """A client of the service at *url*; *note* is told of every request. Proxies in the environment are not used."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    with httpx.Client(base_url=url, timeout=TIMEOUT, cookies=no_cookies, trust_env=False) as client:
        yield Api(client, auth_for, note=note)
