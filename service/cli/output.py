"""What a command has made, in the form that was asked for, on stdout or in a file."""

from __future__ import annotations

import io
import os
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console

from service.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import RenderableType

# Columns of the terminal form in a file.
_WIDTH = 100
# In the place of a file, as for most commands.
_STANDARD_OUTPUT = Path("-")


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
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to this file, whole or not at all; - is standard output.",
    ),
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
        SettingsError: There is no folder for it, or it is one; or it is standard output, and that is closed.
    """
    if path is None or path == _STANDARD_OUTPUT:
        _standard_output()
        return
    if path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        message = f"{path} cannot be written: {'it is a folder' if path.is_dir() else 'its folder cannot be'}"
        raise SettingsError(message)


def write(form: Format, views: Mapping[Format, Callable[[], RenderableType]], path: Path | None) -> None:
    """Write one of several views to a file, or to stdout if there is none.

    Raises:
        SettingsError: The file, or stdout, cannot be written.
    """
    view = views[form]()
    if path is None or path == _STANDARD_OUTPUT:
        show(view)
    else:
        _replace(path, view if isinstance(view, str) else _plain(view))


def show(view: RenderableType, *, soft_wrap: bool = False) -> None:
    """Write a text as it is, or lay out something else, on stdout; what its encoding lacks is escaped.

    Args:
        view: What is shown.
        soft_wrap: Whether the terminal breaks the lines.

    Raises:
        SettingsError: It cannot be written. A reader that has left is no fault: the command ends quietly.
    """
    stream = _standard_output()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    try:
        if isinstance(view, str):
            stream.write(view.removesuffix("\n") + "\n")
        else:
            Console(highlight=False).print(view, soft_wrap=soft_wrap)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _leave(stream)
        message = f"standard output cannot be written: {error.strerror or error}"
        raise SettingsError(message) from None


def _standard_output() -> TextIO:
    """Return stdout. Raises SettingsError if it is closed; Python has none then."""
    if sys.stdout is None:
        message = "standard output is closed, and nothing can be written to it: give --output FILE"
        raise SettingsError(message)
    return sys.stdout


def _leave(stream: TextIO) -> None:
    """Let what is left in a stream go nowhere: Python would try to write it once more at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


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
