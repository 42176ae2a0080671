"""``statusquo manifest``: the tests as a Kubernetes Job, one pod per shard."""

from __future__ import annotations

import click

from statusquo.cli import kubernetes
from statusquo.cli.context import Context


@click.command(short_help="Print a Kubernetes job that runs the tests in shards.")
@click.option("--image", required=True, help="The image that has the project, its tests and pytest-split.")
@click.option("--shards", required=True, type=click.IntRange(1), help="How many pods share the tests.")
@click.option("--claim", default="", metavar="NAME", help="A volume claim, writable by many pods, for baselines.")
@click.argument("words", metavar="[PYTEST ARGUMENTS]...", nargs=-1)
@click.pass_obj
def manifest(context: Context, *, image: str, shards: int, claim: str, words: tuple[str, ...]) -> None:
    """Print an Indexed Job for 'kubectl apply -f -': each pod runs one shard, by pytest-split, on its own stack."""
    name = context.config().name
    context.printer.json(kubernetes.job(name, image, shards=shards, claim=claim, words=words))
