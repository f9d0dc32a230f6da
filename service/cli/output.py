"""What a command has made, in the form that was asked for, on stdout or in a file."""

from __future__ import annotations

import io
import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from service.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import RenderableType

# Columns of the terminal form in a file.
_WIDTH = 100


class Format(Enum):
    """A form of what is written. Another form is another member here, and a view where it is made."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


Form = Annotated[Format, typer.Option("--format", help="In which form to write it.")]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
File = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, whole or not at all."),
]


def chosen(form: Format, *, as_json: bool) -> Format:
    """Return the form that two flags ask for.

    Raises:
        SettingsError: They ask for different ones.
    """
    if as_json and form not in {Format.TERMINAL, Format.JSON}:
        message = f"--json and --format {form.value} ask for different forms; give one of them"
        raise SettingsError(message)
    return Format.JSON if as_json else form


def check(path: Path | None) -> None:
    """Refuse a file that cannot be written, before the work is done.

    Raises:
        SettingsError: There is no folder for it, or it is one.
    """
    if path is None:
        return
    if path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        message = f"{path} cannot be written: {'it is a folder' if path.is_dir() else 'its folder cannot be'}"
        raise SettingsError(message)


def write(form: Format, views: Mapping[Format, Callable[[], RenderableType]], path: Path | None) -> None:
    """Write one of several views to a file, or to stdout if there is none.

    Raises:
        SettingsError: The file cannot be written.
    """
    view = views[form]()
    if path is not None:
        _replace(path, view if isinstance(view, str) else _plain(view))
    elif isinstance(view, str):
        typer.echo(view.removesuffix("\n"))
    else:
        Console(highlight=False).print(view)


def _plain(view: RenderableType) -> str:
    written = io.StringIO()
    Console(file=written, width=_WIDTH, highlight=False).print(view)
    return written.getvalue()


def _replace(path: Path, text: str) -> None:
    """Write a file beside the one that is wanted, and put it in its place when it is whole."""
    whole = (text.removesuffix("\n") + "\n").encode()
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():  # a pipe or a device
            path.write_bytes(whole)
            return
        beside.write_bytes(whole)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        message = f"{path} cannot be written: {error.strerror}"
        raise SettingsError(message) from None
