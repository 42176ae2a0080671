"""``statusquo gc``: remove what nobody needs any more."""

from __future__ import annotations

import shutil
import time

import click

from statusquo import wiring
from statusquo.cli.context import Context

_DAY = 86400.0


@click.command(short_help="Remove what nobody needs any more.")
@click.option("--days", type=click.FloatRange(min=0), default=30.0, show_default=True, help="Age of unused baselines.")
@click.pass_obj
def gc(context: Context, *, days: float) -> None:
    """Remove what killed runs and commands have left, logs of failed starts, and baselines unused for some time.

    What runs, and the baseline that the next run takes, stay.
    """
    config = context.config()
    with context.printer.progress() as emit:
        wiring.sweep(config, emit=emit)
    context.printer.lines(f"{name} dropped" for name in wiring.drop_left(config))
    shutil.rmtree(config.state / "failed", ignore_errors=True)
    kept = wiring.cache(config)
    is_ours = config.platform != "external"
    next_one = wiring.fingerprint(config, environ=context.environ).digest if is_ours else ""
    for fingerprint in kept.unused_since(time.time() - days * _DAY):
        if fingerprint != next_one and kept.remove(fingerprint):
            context.printer.lines([f"{fingerprint[:12]} removed"])
