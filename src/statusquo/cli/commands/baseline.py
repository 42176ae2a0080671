"""``statusquo baseline``: show, rebuild and remove the baselines that are kept between runs."""

from __future__ import annotations

import time

import click

from statusquo import wiring
from statusquo.cli.context import Context
from statusquo.core.errors import ConfigError


@click.group(short_help="Show, rebuild, remove kept baselines.", invoke_without_command=True)
@click.pass_context
def baseline(context: click.Context) -> None:
    """Baselines are built once by the recipe and kept; without a command, show them."""
    if context.invoked_subcommand is None:
        context.invoke(show)


@baseline.command(short_help="Show the kept baselines.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def show(context: Context, *, as_json: bool = False) -> None:
    """Show the kept baselines, which one the next run would take, and what it depends on."""
    config = context.config()
    wanted = wiring.fingerprint(config, environ=context.environ)
    kept = wiring.cache(config).entries()
    if as_json:
        entries = [
            {"fingerprint": k.facts.fingerprint, "made": k.facts.made, "seconds": k.facts.seconds, "bytes": k.bytes}
            for k in kept
        ]
        context.printer.json({"next": wanted.digest, "inputs": wanted.inputs, "kept": entries})
        return
    context.printer.table(
        ("BASELINE", "MADE", "BUILT IN", "SIZE", ""),
        [
            (
                each.facts.fingerprint[:12],
                time.strftime("%Y-%m-%d %H:%M", time.localtime(each.facts.made)),
                f"{each.facts.seconds:.1f} s",
                f"{each.bytes / 1e6:.0f} MB",
                "the next run takes it" if each.facts.fingerprint == wanted.digest else "",
            )
            for each in kept
        ],
    )
    if wanted.digest not in {each.facts.fingerprint for each in kept}:
        context.printer.note(f"The next run builds {wanted.digest[:12]}.")
    context.printer.table(
        ("DEPENDS ON", "DIGEST OR VERSION"), [(name, value[:60]) for name, value in wanted.inputs.items()]
    )


@baseline.command(short_help="Build the baseline anew.")
@click.pass_obj
def rebuild(context: Context) -> None:
    """Build the baseline anew, even if it is kept already, for what no fingerprint can see."""
    config = context.config()
    with context.printer.progress() as emit:
        kept = wiring.rebuild(config, environ=context.environ, emit=emit)
    context.printer.lines([f"{kept.facts.fingerprint[:12]} built in {kept.facts.seconds:.1f} s"])


@baseline.command(short_help="Remove kept baselines.")
@click.argument("fingerprint", required=False)
@click.option("--all", "everything", is_flag=True, help="Remove all of them.")
@click.pass_obj
def remove(context: Context, fingerprint: str | None, *, everything: bool) -> None:
    """Remove the baselines whose FINGERPRINT begins so, or all."""
    if (fingerprint is None) != everything:
        raise click.UsageError("Name a fingerprint (or its first characters), or say --all.")
    kept = wiring.cache(context.config())
    names = [each.facts.fingerprint for each in kept.entries() if each.facts.fingerprint.startswith(fingerprint or "")]
    if fingerprint and not names:
        raise ConfigError(f"No baseline begins with {fingerprint!r}.", next="See 'statusquo baseline show'.")
    for name in names:
        kept.remove(name)
        context.printer.lines([f"{name[:12]} removed"])
