"""The commented starter file that ``statusquo init`` writes: what is seen of a project, and the text made from it.

``look`` reads the project's files; ``text`` is pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_DEPTH = 3
"""How deep below the folder a manage.py is looked for."""

_LISTS = ("pyproject.toml", "requirements*.txt", "requirements/*.txt", "Pipfile", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class Project:
    """What was seen of a Django project."""

    name: str
    folder: str
    """The folder of manage.py, relative to where the file goes; ``.`` for the same."""
    settings: str
    """The settings module that manage.py names; empty if it names none."""
    redis: bool
    worker: Literal["rq", "celery", ""]
    gunicorn: bool
    variables: tuple[str, ...]
    """Environment variables that the settings read."""


def look(root: Path) -> Project | None:
    """What can be seen of the Django project in *root*, or None if there is no manage.py."""
    manage = next(iter(sorted(_manage_files(root), key=lambda path: (len(path.parts), path))), None)
    if manage is None:
        return None
    settings = re.search(r"DJANGO_SETTINGS_MODULE['\"],\s*['\"]([\w.]+)", _read(manage))
    module = settings[1] if settings else ""
    needs = "\n".join(
        _read(path) for pattern in _LISTS for folder in {root, manage.parent} for path in folder.glob(pattern)
    )
    return Project(
        name=re.sub(r"[^a-z0-9_-]+", "-", root.absolute().name.lower()).strip("-") or "project",
        folder=manage.parent.relative_to(root).as_posix(),
        settings=module,
        redis=bool(re.search(r"\b(django-)?(redis|rq|channels-redis)\b|celery\[redis", needs)),
        worker="celery" if re.search(r"\bcelery\b", needs) else "rq" if re.search(r"\b(django-)?rq\b", needs) else "",
        gunicorn="gunicorn" in needs,
        variables=_variables(manage.parent, module),
    )


def text(project: Project | None) -> str:
    """A configuration file to start from; without a project, one whose commands are to be filled in."""
    seen = project or Project("project", ".", "", redis=False, worker="", gunicorn=False, variables=())
    parts = [_head(seen), _data(seen), _server(seen), *([_worker(seen)] if seen.worker else []), _tail(seen)]
    return "\n".join(parts)


def _head(project: Project) -> str:
    return f"""\
# Statusquo: the services under test. Every key: README.md of statusquo; what it makes of this: 'statusquo config'.

[stack]
name = "{project.name}"
# pass_env = ["AWS_*"]          # services see PATH, HOME, LANG and their own env; name what else they may see
"""


def _data(project: Project) -> str:
    redis = '\n[services.redis]\nkind = "redis"\n' if project.redis or project.worker else ""
    return f"""\
[services.db]
kind = "postgres"               # a private server: from the wheel, else from this machine
# version = ">=15"
# extensions = ["pg_trgm"]
{redis}
[stores.media]
kind = "files"                  # a private folder, put back like the rest
"""


def _environment(project: Project) -> str:
    known = {
        "DATABASE_URL": "{db.url}",
        "REDIS_URL": "{redis.url}",
        "CELERY_BROKER_URL": "{redis.url}",
        "MEDIA_ROOT": "{media.path}",
    }
    has_redis = project.redis or bool(project.worker)
    chosen = {
        key: value for key, value in known.items() if key in project.variables and (has_redis or "redis" not in value)
    }
    given = {"DATABASE_URL": known["DATABASE_URL"], **chosen, "MEDIA_ROOT": known["MEDIA_ROOT"]}
    settings = {"DJANGO_SETTINGS_MODULE": project.settings} if project.settings else {}
    return "{ " + ", ".join(f'{key} = "{value}"' for key, value in {**settings, **given}.items()) + " }"


def _needs(project: Project) -> str:
    names = ["db", *(["redis"] if project.redis or project.worker else []), "media"]
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _server(project: Project) -> str:
    wsgi = project.settings.rsplit(".settings", 1)[0] if ".settings" in project.settings else ""
    gunicorn = f"gunicorn {wsgi}.wsgi --bind 127.0.0.1:{{port}}"
    command = gunicorn if project.gunicorn and wsgi else "python manage.py runserver --noreload 127.0.0.1:{port}"
    reads = ", ".join(project.variables) or "none were seen"
    return f"""\
[services.server]
command = "{command}"
cwd = "{project.folder}"
# environment variables that the settings read: {reads}
env = {_environment(project)}
needs = {_needs(project)}
# ready = {{ http = "/health/" }}  # better than the default, which only waits for the port
"""


def _worker(project: Project) -> str:
    app = project.settings.split(".", 1)[0] or "project"
    command = "python manage.py rqworker default" if project.worker == "rq" else f"celery -A {app} worker"
    keep = '["@rq"]' if project.worker == "rq" else '["@celery"]'
    return f"""\
[services.worker]
command = "{command}"
cwd = "{project.folder}"
env = {_environment(project)}
needs = {_needs(project)}
port = false                    # it listens on nothing

[stores.redis]
keep = {keep}           # the worker's own registration is no test data
"""


def _tail(project: Project) -> str:
    return """\
[baseline]
as = "server"                   # the commands get this service's folder and environment
recipe = [
    "python manage.py migrate --noinput",
    # "python manage.py loaddata fixtures/data.json",
    # { unpack = "fixtures/media.tar.bz2", into = "media" },
]
# watch = ["**/migrations/*.py"]  # a change in these files makes a new baseline

[api]
service = "server"              # what the 'api' fixture talks to
auth = "basic"                  # or "token" with login = "/api/auth/login/"
password = "password"           # that the users of your test data share
"""


def _manage_files(root: Path) -> Iterable[Path]:
    for depth in range(_DEPTH):
        for path in root.glob("/".join(["*"] * depth + ["manage.py"])):
            if not any(
                part.startswith(".") or part in {"node_modules", "venv"} for part in path.relative_to(root).parts
            ):
                yield path


def _variables(folder: Path, module: str) -> tuple[str, ...]:
    if not module:
        return ()
    path = folder.joinpath(*module.split("."))
    files = [path.with_suffix(".py"), *path.parent.glob("*.py")] if not path.is_dir() else list(path.glob("*.py"))
    found = re.compile(r"(?:environ(?:\.get)?|getenv|env(?:\.\w+)?|config)[\[(]\s*['\"]([A-Z][A-Z0-9_]+)['\"]")
    return tuple(sorted({name for file in files if file.is_file() for name in found.findall(_read(file))}))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
