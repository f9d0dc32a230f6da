"""``newsweave token``: the credentials of callers."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli import output
from service.rpc import callers_file, tokens

app = typer.Typer(help="Make tokens for callers.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The caller: letters, digits, - and _.")]


@app.callback()
def main() -> None:
    """Stand above the one command, so that it keeps its name."""


@app.command()
def new(name: Name) -> None:
    """Make a token: stdout gets the line for the file of callers, stderr the token, this once.

    So ``newsweave token new NAME >> callers.toml`` lets a new caller in and shows you its token.
    """
    token = tokens.new()
    output.show(callers_file.line(name, token))
    typer.echo(token, err=True)
