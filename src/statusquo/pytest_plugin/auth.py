"""How requests prove who makes them: what the fixture ``api_auth`` gives unless redefined. ``run`` calls it."""

from __future__ import annotations

from collections.abc import Callable, Generator, MutableMapping

import httpx

from statusquo.config import ApiSettings
from statusquo.core.errors import ConfigError, StatusquoError


def from_settings(settings: ApiSettings, tokens: MutableMapping[str, str]) -> Callable[[str], httpx.Auth]:
    """From a user's name to its authentication; tokens that a login gave are kept in *tokens*, by user.

    A token is a row of the system: whoever puts the system back must empty *tokens*.
    """
    if settings.auth == "basic":
        return lambda user: httpx.BasicAuth(user, settings.password)
    return lambda user: TokenAuth(user, settings, tokens)


class TokenAuth(httpx.Auth):
    """Logs in when there is no token for the user, and sends the token with the request."""

    requires_response_body = True

    def __init__(self, user: str, settings: ApiSettings, tokens: MutableMapping[str, str]) -> None:
        self._user = user
        self._settings = settings
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The login, if need be, and the request itself. Raises ConfigError, StatusquoError."""
        if self._user not in self._tokens:
            login = request.url.join(self._settings.login)
            answer = yield httpx.Request(
                "POST", login, json={"username": self._user, "password": self._settings.password}
            )
            self._tokens[self._user] = self._read(answer)
        request.headers["Authorization"] = f"{self._settings.scheme} {self._tokens[self._user]}"
        yield request

    def _read(self, answer: httpx.Response) -> str:
        if answer.is_error:
            raise StatusquoError(
                f'User "{self._user}" could not log in at {answer.url}: status {answer.status_code}.',
                next="The data of the baseline must have that user, with the password in [api] password.",
                evidence=answer.text[:500],
            )
        fields = answer.json() if "json" in answer.headers.get("content-type", "") else None
        if isinstance(fields, dict) and self._settings.token_field in fields:
            return str(fields[self._settings.token_field])
        raise ConfigError(
            f'The login at {answer.url} answered without a field "{self._settings.token_field}".',
            next="Set [api] token_field to the name of the field that holds the token.",
            evidence=answer.text[:500],
        )
