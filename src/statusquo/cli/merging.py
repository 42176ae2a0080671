"""What ``statusquo merge`` merges: three versions of a dataset and its lock, from files or from git; and the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from statusquo.assets import files, formats, labels, sidecar, values
from statusquo.assets import merge as merges
from statusquo.assets.changes import Change
from statusquo.assets.dataset import Dataset, Json, Place, Record
from statusquo.assets.merge import Conflict, Merged
from statusquo.assets.merging import behind, locks, markers
from statusquo.assets.merging.behind import Side
from statusquo.assets.sidecar import Lock
from statusquo.cli import git
from statusquo.cli.git import Commits
from statusquo.core.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Version:
    """A dataset as one side has it."""

    dataset: Dataset
    lock: Lock | None = None
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, content: bytes, lock: bytes | None) -> Version:
        """The version that a file's content is. An empty file has no rows: so git gives a base that is not there."""
        return cls.having({name: content}, lock, str(sidecar.path_of(Path(name))))

    @classmethod
    def having(cls, contents: dict[str, bytes], lock: bytes | None, lock_name: str) -> Version:
        """The version that is made of several files."""
        records = [one for name, content in contents.items() if content for one in formats.read(content, name)]
        known = sidecar.read(formats.decode(lock, lock_name), lock_name) if lock else None
        return cls(files.known_by(known, records), known, tuple(contents))


@dataclass(frozen=True, slots=True)
class Done:
    """A merge and what is to be written."""

    merged: Merged
    lock_path: Path
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()
    """What is merged, and may not be right all the same."""

    @property
    def texts(self) -> dict[Path, str]:
        """The texts of the files by path."""
        return {each.path: each.text for each in self.changes if each.text is not None}

    def notes(self) -> Iterator[str]:
        """A line for each row that got another key."""
        for each in self.merged.renumbered:
            yield f"{each.model}: {each.side} {values.compact(each.before)} is now {values.compact(each.after)}"

    def problems(self) -> Iterator[str]:
        """A line for each conflict, and why keys could not be changed."""
        yield from map(_told, self.merged.conflicts)
        if self.merged.conflicts and self.merged.unknown:
            yield (
                f"What rows of {', '.join(self.merged.unknown)} refer to is not known, so no row can get another key. "
                f"{self.lock_path} is missing or lacks them: dump the data again to have it."
            )
        if self.merged.conflicts and self.lock_path in self.texts:
            yield "When you have decided: statusquo resolve DATA"


def pk_map(every: Sequence[Done]) -> str:
    """The rows that got another key, as JSON, for what knows them by their numbers."""
    return values.pretty([asdict(each) for done in every for each in done.merged.renumbered]) + "\n"


def stored(path: Path) -> Version:
    """The version that is on disk, with the lock beside it."""
    found = files.read(path)
    records = (replace(each, place=Place("")) for each in found.dataset.records)
    return Version(found.dataset.having(records), found.lock, (str(path),))


def content(path: Path) -> bytes | None:
    """What is in a file; None if there is none."""
    return path.read_bytes() if path.is_file() else None


def owner(path: str) -> str | None:
    """The dataset that a file in a work tree belongs to; None if there is none."""
    found = files.owner(Path(path))
    return None if found.name.endswith(sidecar.SUFFIX) else str(PurePosixPath(found))


def conflicted() -> tuple[str, ...]:
    """The datasets of the repository that are in conflict, named from the top: they and their locks."""
    top = git.root()
    found = (owner(str(top / name)) for name in git.unmerged() if Path(name).suffix in formats.SUFFIXES)
    names = dict.fromkeys(str(PurePosixPath(Path(each).relative_to(top))) for each in found if each)
    locked = {name for name in names if sidecar.path_of(top / name).is_file()}
    return tuple(name for name in names if name in locked or name in git.unmerged())


def in_conflict(name: str) -> list[Version]:
    """The three versions of a dataset that is in conflict: of a file from the index, of a folder from the commits."""
    if (git.root() / name).is_dir():
        commits = next(git.merging(), None)
        if commits is None:
            raise DatasetError(f"{name}: what is being merged is not known.", next="Merge its files by name.")
        return committed(commits, name)
    lock = str(sidecar.path_of(Path(name)))
    commits = next(git.merging(), None)
    is_whole = not any(formats.has_markers(git.show(git.STAGES.base, each) or b"") for each in (name, lock))
    base = git.STAGES.base if is_whole or commits is None else commits.base  # of several bases git may make a torn one
    return [_from_git((each, ""), (name,), lock) for each in (base, git.STAGES.ours, git.STAGES.theirs)]


def committed(commits: Commits, name: str) -> list[Version]:
    """The three versions of a dataset in commits."""
    lock = str(sidecar.path_of(Path(name)))
    return [_from_git((each,), _names(each, name), lock) for each in (commits.base, commits.ours, commits.theirs)]


def is_what_git_makes(done: Done, commits: Commits) -> bool:
    """False if a file that git merges without asking us is not as the merge of all files has it.

    Git takes what only one side changed as it is there. A row of it may refer to one that has another key or name now.
    """
    texts = {each.path: each.text for each in done.changes if each.path != done.lock_path}
    return all(_is_merged_alike(name, text, commits) for name, text in texts.items())


def _is_merged_alike(path: Path, text: str | None, commits: Commits) -> bool:
    base, ours, theirs = (git.show(each, str(path)) for each in (commits.base, commits.ours, commits.theirs))
    if ours not in (base, theirs) and theirs != base:
        return True  # we are asked
    taken = theirs if ours == base else ours
    return taken == (None if text is None else text.encode())


def _names(revision: str, name: str) -> tuple[str, ...]:
    if Path(name).suffix in formats.SUFFIXES:
        return (name,)
    return tuple(each for each in git.listed(revision, name) if Path(each).suffix in formats.SUFFIXES)


def _from_git(revisions: Sequence[str], names: Sequence[str], lock: str) -> Version:
    def read(path: str) -> bytes | None:
        return next((found for each in revisions for found in (git.show(each, path),) if found is not None), None)

    return Version.having({name: read(name) or b"" for name in names}, read(lock), lock)


def merge(three: Sequence[Version], target: Path) -> Done:
    """The merge, to be written at *target* with its lock: a file, or the files that the rows come from in a folder."""
    base, ours, theirs = three
    merged = merges.merge(base.dataset, ours.dataset, theirs.dataset)
    lock_path = sidecar.path_of(target)
    known = locks.merge([each.lock for each in three], merged.dataset)
    written = [Change(lock_path, sidecar.write(known))] if known else []
    told = behind.told(*(Side(name, each.dataset, each.lock) for name, each in zip(_SIDES, three, strict=True)))
    texts = _split(merged, target, three) if target.is_dir() else [_whole(merged, target)]
    return Done(merged, lock_path, (*texts, *written), tuple(told))


def _whole(merged: Merged, target: Path) -> Change:
    return Change(target, _text(merged, merged.dataset, target))


def _split(merged: Merged, target: Path, three: Sequence[Version]) -> Iterator[Change]:
    names = dict.fromkeys(Path(name).name for each in three for name in each.files)
    for name in names:
        records = [each for each in merged.dataset.records if Path(each.place.file).name == name]
        here = [each for each in merged.conflicts if Path(each.record.place.file).name == name]
        part = Merged(merged.dataset.having(records), tuple(here))
        yield Change(target / name, _text(part, merged.dataset, target / name) if records else None)


def _text(merged: Merged, whole: Dataset, target: Path) -> str:
    chosen = formats.of(target)
    if chosen.write is None:
        raise DatasetError(f"{target}: {chosen.name} is only read.", next="Convert the data to json first.")
    return markers.text(merged, labels.writing(whole, chosen.write))


_SIDES = ("base", "ours", "theirs")
_WORDS = {
    "deleted": "one side deleted it, the other changed it",
    "referred": "one side deleted it, the other refers to it",
    "key": "both sides have this key, for different rows",
    "unique": "both sides have these unique values, in different rows",
    "unnamed": "both sides added rows that nothing tells apart",
}


def _told(conflict: Conflict) -> str:
    if conflict.kind != "changed":
        return f"{conflict.record.subject}: {_WORDS[conflict.kind]}"
    return f"{conflict.record.subject}: both sides changed " + "; ".join(
        f"{name} ({_shown(conflict.base, name)} to {_shown(conflict.ours, name)} and {_shown(conflict.theirs, name)})"
        for name in conflict.fields
    )


_SHOWN = 40


def _shown(record: Record | None, name: str) -> str:
    if record is None or name not in record.fields:
        return "nothing"
    value: Json = record.fields[name]
    text = values.compact(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
