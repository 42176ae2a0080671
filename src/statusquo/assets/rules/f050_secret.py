"""F050: keys, tokens, passwords and people's addresses do not belong into a repository."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from statusquo.assets.dataset import Json, Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding

_SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key of AWS": re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a token of GitHub": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50,})"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20}"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a live key of Stripe": re.compile(r"\b[rs]k_live_\w{16,}"),
    "a key of Google": re.compile(r"\bAIza[\w-]{35}"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}
_NAMED = re.compile(r"(^|_)(secret|token|api_?key|access_?key|private_?key)($|_)")
"""Fields that hold what opens something."""
_RANDOM = re.compile(r"[A-Za-z0-9+/=_.-]{20,}")
_ENTROPY = 3.5
"""Bits for each character from which on a text looks drawn by lot: words have 3 or less, hexadecimal digits 3.7."""
_MAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[A-Za-z]{2,})")
_FICTION = re.compile(r"(^|\.)(example(\.\w+)?|test|invalid|localhost|local)$")
_PHONE = re.compile(r"\+?[\d ()/.-]{8,20}")
_SLOW = re.compile(r"(pbkdf2_|bcrypt|argon2|scrypt)[\w]*\$")
_HASH = re.compile(r"(\w+\$|!|md5|sha1)")


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each field that holds one, nested values included."""
    for record in subject.dataset.records:
        for name, value in record.fields.items():
            yield from _secrets(record, name, value)
            if isinstance(value, str) and _NAMED.search(name) and _is_random(value):
                hint = "If it opens anything: revoke it, and write one that does not."
                yield finding("F050", "warning", record, "looks like a secret.", field=name, hint=hint)
            if isinstance(value, str) and name == "password":
                yield from _password(record, value)
            if isinstance(value, str) and "phone" in name and _PHONE.fullmatch(value) and "555" not in value:
                yield finding("F050", "warning", record, "looks like somebody's phone.", field=name)


def _secrets(record: Record, name: str, value: Json) -> Iterator[Finding]:
    texts = list(_texts(value))
    for what, pattern in _SECRETS.items():
        if any(pattern.search(text) for text in texts):
            hint = "Revoke it, and write one that opens nothing."
            yield finding("F050", "error", record, f"holds {what}.", field=name, hint=hint)
    real = sorted({mail[0] for text in texts for mail in _MAIL.finditer(text) if not _FICTION.search(mail[1].lower())})
    if real:
        message = f"holds an address that could be somebody's, {real[0]}."
        yield finding("F050", "warning", record, message, field=name, hint="Write one at example.com.")


def _is_random(text: str) -> bool:
    if not _RANDOM.fullmatch(text):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) >= _ENTROPY


def _password(record: Record, value: str) -> Iterator[Finding]:
    if _SLOW.match(value):
        hint = "Tests sign in many times: let their settings use MD5PasswordHasher."
        yield finding("F050", "info", record, "is hashed slowly on purpose.", field="password", hint=hint)
    elif value and not _HASH.match(value):
        yield finding("F050", "error", record, "is no hash: nobody can sign in with it.", field="password")


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


RULE = Rule("F050", "secret or personal data", check)
