"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli import digest, doctor, serve, summarize, token, weights
from service.version import VERSION

app = typer.Typer(
    name="newsweave",
    help="Summarizes overlapping news articles; every sentence cites the exact spans that support it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.command)
app.command("summarize", epilog=summarize.EXIT_STATUS)(summarize.command)
app.command("digest", epilog=digest.EXIT_STATUS)(digest.command)
app.command("doctor")(doctor.command)
app.add_typer(weights.app, name="models")
app.add_typer(token.app, name="token")


def _show_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"newsweave {VERSION}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
]


@app.callback()
def main(*, version: Version = False) -> None:
    """Take the options that stand before every command."""
