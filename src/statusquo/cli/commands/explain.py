"""``statusquo explain``: what a rewind puts back, what it notices, and what it leaves alone."""

from __future__ import annotations

from dataclasses import asdict

import click

from statusquo import wiring
from statusquo.cli.context import Context
from statusquo.supervisor import client

ORDER = ("given", "restored", "reported", "left out")


@click.command(short_help="Say what a rewind restores, reports and leaves out.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
@click.pass_obj
def explain(context: Context, *, as_json: bool) -> None:
    """Look at the stores of the running stack: tables, sequences, rights and what else is there. Changes nothing.

    "restored" is put back by every rewind. "reported" is noticed, and refused or answered by a slower way, which the
    report says. "left out" is neither.
    """
    config = context.config()
    with client.attached(config, what="statusquo explain") as lease:
        lease.require([each.name for each in config.stores])
        facts = sorted(wiring.explain(config, lease.lane), key=lambda fact: (fact.store, ORDER.index(fact.fate)))
    if as_json:
        context.printer.json([asdict(fact) for fact in facts])
        return
    context.printer.table(
        ("STORE", "FATE", "WHAT", "WHERE", "HOW"),
        [(fact.store, fact.fate, fact.what, fact.where, fact.how) for fact in facts],
    )
