"""``statusquo volume``: the files that belong to test data, as an archive that is the same for the same files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from statusquo.assets import changes, files
from statusquo.assets.volumes import merging, packing, reading, streams, unpacking
from statusquo.assets.volumes.items import Limits
from statusquo.cli import volumes
from statusquo.cli.context import Context
from statusquo.core.errors import DatasetError

_PLACE = click.Path(path_type=Path, exists=True)


@click.group(short_help="Pack, unpack and compare files of test data.")
def volume() -> None:
    """Keep files that belong to test data as archives: .tar, and with .gz, .bz2, .xz or .zst behind it."""


@volume.command(short_help="Write a folder as an archive.")
@click.argument("source", type=_PLACE)
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files or folders of this name. Repeatable.")
@click.option("--data", type=_PLACE, help="Note the files in the lock of these data.")
@click.pass_obj
def pack(context: Context, source: Path, archive: Path, *, exclude: tuple[str, ...], data: Path | None) -> None:
    """Write what SOURCE holds, a folder or another archive, as ARCHIVE, which is the same for the same files.

    One that holds just that is left alone. Links, pipes and devices are refused.
    """
    stored = files.read(data) if data else None
    with volumes.as_folder(source) as folder:
        held, is_written = packing.pack(folder, archive, exclude)
    if stored:
        changes.apply([volumes.plan_note(stored, [archive])])
    told = "" if is_written else ", as before"
    context.printer.note(f"{archive}: {len(held.digests)} files, {archive.stat().st_size / 1000:.0f} kB{told}.")


@volume.command(short_help="Write what an archive holds as a folder.")
@click.argument("archive", type=_PLACE)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--limit", type=int, default=Limits().bytes, show_default=True, help="The most bytes to unpack.")
@click.option("--force", is_flag=True, help="Into a folder that is not empty: files of the same name are replaced.")
@click.pass_obj
def unpack(context: Context, archive: Path, folder: Path, *, limit: int, force: bool) -> None:
    """Write what ARCHIVE holds into FOLDER, all of it or nothing, and nothing of it anywhere else."""
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise DatasetError(f"{folder} is not empty.", next="Name another place, or use --force.")
    held = unpacking.unpack(archive, folder, Limits(bytes=limit))
    context.printer.note(f"{folder}: {len(held.digests)} files.")


@volume.command("list", short_help="Show the files of an archive or folder.")
@click.argument("source", type=_PLACE)
@click.pass_obj
def show(context: Context, source: Path) -> None:
    """Show each file of SOURCE, an archive or a folder: the start of its SHA-256, its bytes, its path.

    After 'statusquo install-merge-driver', 'git diff' compares archives by these lines.
    """
    members = reading.read(source).members.values()
    context.printer.lines(f"{each.digest[:12]:12} {each.size:>12,}  {each.path}" for each in members if each.digest)


@volume.command(short_help="Show which files differ.")
@click.argument("before", type=_PLACE)
@click.argument("after", type=_PLACE)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@click.pass_obj
def diff(context: Context, before: Path, after: Path, *, as_json: bool, exit_code: bool) -> int:
    """Show the files that are not the same in two archives or folders."""
    differences = merging.compare(reading.read(before), reading.read(after))
    if as_json:
        context.printer.json([asdict(each) for each in differences])
    else:
        context.printer.lines(merging.lines(differences))
    return 1 if exit_code and differences else 0


@volume.command(short_help="Note the files in the lock of test data.")
@click.argument("data", type=_PLACE)
@click.argument("paths", metavar="[VOLUME]...", nargs=-1, type=_PLACE)
@click.pass_obj
def lock(context: Context, data: Path, paths: tuple[Path, ...]) -> None:
    """Note in the lock of DATA which files each VOLUME holds, an archive or a folder; without any, all noted before.

    From then on 'statusquo lint' finds files that are missing on either side.
    """
    stored = files.read(data)
    chosen = paths or tuple(stored.volumes.values())
    odd = [each for each in chosen if each.is_file() and not streams.is_archive(each)]
    if odd or not chosen:
        raise click.UsageError(f"{odd[0]} is no archive." if odd else "Name the archives or folders.")
    changes.apply([volumes.plan_note(stored, chosen)])
    context.printer.note(f"{stored.lock_path}: {', '.join(map(str, chosen))}.")
