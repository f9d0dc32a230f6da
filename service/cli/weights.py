"""``newsweave models``: the files of the models on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from service import bootstrap
from service.cli import output
from service.settings import Settings

app = typer.Typer(help="Fetch, list and verify the files of the models.", no_args_is_help=True)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Manifests by name or path; the models in use if not given."),
]
Folder = Annotated[
    Path | None,
    typer.Option("--weights-dir", help="Where weights are kept. (variable NEWSWEAVE_WEIGHTS_DIR)"),
]


@app.command()
def fetch(names: Names = None, weights_dir: Folder = None) -> None:
    """Download, check and convert models, unless they are there already."""
    settings = _settings(weights_dir)
    console = Console(stderr=True, highlight=False)
    bootstrap.fetch_models(
        settings, _chosen(names, settings), lambda line: console.print(Text(line), soft_wrap=True)
    )


@app.command("list")
def list_(weights_dir: Folder = None) -> None:
    """List the models that the project knows, and whether they are here."""
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "role", "model", "licence", "state", "size"):
        table.add_column(heading, overflow="fold")
    for model in bootstrap.list_models(_settings(weights_dir)):
        table.add_row(*(Text(cell) for cell in model.cells()))
    output.show(table)


@app.command()
def verify(names: Names = None, weights_dir: Folder = None) -> None:
    """Read every file of the models and compare it with what was fetched; exit with 1 if one differs."""
    settings = _settings(weights_dir)
    for name in _chosen(names, settings):
        checked = bootstrap.verify_model(settings, name)
        output.show(f"{name}: {checked} files are as they were fetched")


def _settings(weights_dir: Path | None) -> Settings:
    flags = {} if weights_dir is None else {"weights_dir": str(weights_dir)}
    return Settings.from_environment(os.environ, flags)


def _chosen(names: list[str] | None, settings: Settings) -> list[str]:
    return names or list(settings.models)
