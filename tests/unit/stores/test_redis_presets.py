"""What ``keep = ["@rq"]`` and its like mean: registrations of processes stay, data goes back."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from statusquo import config
from statusquo.core.errors import ConfigError
from statusquo.stores.redis import presets


def keep(folder: Path, words: str) -> tuple[str, ...]:
    path = folder / "statusquo.toml"
    path.write_text(f'[services.cache]\nkind = "redis"\n[services.web]\ncommand = "x"\n[stores.cache]\nkeep = {words}')
    (store,) = config.load(path, environ={}).stores
    return store.keep


def test_presets_are_spelt_out_and_patterns_stay(tmp_path: Path) -> None:
    assert keep(tmp_path, '["locks:*", "@rq-scheduler"]') == ("locks:*", "rq:scheduler_instance:*", "rq:scheduler_lock")


def test_without_keep_nothing_is_kept(tmp_path: Path) -> None:
    assert keep(tmp_path, "[]") == ()


def test_a_preset_that_is_not_known_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        keep(tmp_path, '["a", "@celerie"]')
    assert str(raised.value) == (
        "statusquo.toml: stores.cache.keep[1]: '@celerie' is no preset here. Did you mean '@celery'?"
    )


def test_django_has_nothing_to_keep_and_the_refusal_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        keep(tmp_path, '["@django"]')
    assert str(raised.value) == (
        "statusquo.toml: stores.cache.keep[0]: '@django' keeps nothing. Django's cache and sessions register nothing "
        "about processes: what they hold is a test's data. Leave it out."
    )


@pytest.mark.parametrize(
    ("preset", "key"),
    [
        ("@rq", "rq:worker:host.17"),
        ("@rq", "rq:workers"),
        ("@rq", "rq:workers:default"),
        ("@rq", "rq:clean_registries:default"),
        ("@rq", "rq:scheduler:0123456789abcdef0123456789abcdef"),
        ("@rq", "rq:scheduler-lock:default"),
        ("@celery", "_kombu.binding.celery"),
        ("@celery", "_kombu.binding.reply.celery.pidbox"),
        ("@channels", "asgi:group:chat"),
    ],
)
def test_what_a_process_registers_is_kept(preset: str, key: str) -> None:
    assert any(fnmatchcase(key, pattern) for pattern in presets.patterns(preset))


@pytest.mark.parametrize(
    "key",
    [
        "rq:job:1",
        "rq:queue:default",
        "rq:queues",
        "rq:scheduled:default",
        "rq:scheduler:scheduled_jobs",
        "rq:finished:default",
        "rq:executions:1",
        "celery",
        "unacked",
        "unacked_index",
        "celery-task-meta-1",
        "asgispecific.abc!",
        ":1:views.decorators.cache",
        "django.contrib.sessions.cache1",
    ],
)
def test_data_is_kept_by_no_preset(key: str) -> None:
    every = [pattern for preset in presets.PRESETS for pattern in presets.patterns(preset)]
    assert not [pattern for pattern in every if fnmatchcase(key, pattern)]
