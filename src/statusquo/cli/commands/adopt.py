"""``statusquo adopt``: let tests rewind a stack that somebody else runs, or no longer."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import click

from statusquo import wiring
from statusquo.cli.context import Context
from statusquo.wiring import Candidate


@click.command(short_help="Let tests rewind a stack that somebody else runs.")
@click.argument("stores", nargs=-1, metavar="[STORE]...")
@click.option("--confirm", multiple=True, metavar="NAME", help="Say yes to what has this name; instead of typing it.")
@click.option("--release", is_flag=True, help="Take back the consent, and all that is ours out of the stores.")
@click.pass_obj
def adopt(context: Context, stores: tuple[str, ...], *, confirm: tuple[str, ...], release: bool) -> None:
    """Show what the stores of an external stack hold, and ask for the name of each: typed, it is the consent.

    Each store gets a mark, and is captured as it is now; that is what rewinds go back to. Without it, nothing of an
    external stack is ever changed.
    """
    config = context.config()
    if release:
        released = wiring.release(config, stores)
        context.printer.note(f"Released: {', '.join(released)}." if released else "Nothing was adopted.")
        return
    candidates = wiring.look(config, stores)
    _show(context, candidates)
    wiring.adopt(config, candidates, consent=_consent(candidates, list(confirm)))
    context.printer.note("Adopted. Rewinds go back to how it is now; 'statusquo adopt --release' takes that back.")


def _show(context: Context, candidates: Sequence[Candidate]) -> None:
    context.printer.table(
        ("STORE", "NAME", "WHERE", "SIZE", "HOLDS", "OTHERS", ""),
        [
            (
                each.settings.name,
                each.name,
                each.where,
                f"{each.holding.bytes / 1e6:.1f} MB",
                each.holding.items,
                f"{each.holding.others} connected" if each.holding.others else "",
                each.state,
            )
            for each in candidates
        ],
    )


def _consent(candidates: Sequence[Candidate], confirmed: list[str]) -> Mapping[str, str]:
    """What was typed, by store; each of the names *confirmed* is good for one store."""
    typed: dict[str, str] = {}
    for each in candidates:
        if each.name in confirmed:
            confirmed.remove(each.name)
            typed[each.settings.name] = each.name
        elif sys.stdin.isatty():
            question = f"Type {each.name} to let tests rewind {each.settings.name}"
            typed[each.settings.name] = click.prompt(question, default="", show_default=False)
    return typed
