"""What is missing or was read otherwise than it says, told on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from service.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.reading.found import Remark


def tell(remarks: Iterable[Remark]) -> None:
    """Write remarks to stderr, one a line; those on what is not lost are dim."""
    for remark in remarks:
        line = f"{remark.place}: {remark.description} [{remark.reason}]"
        _write(line, style="" if remark.lost else "dim")


def say(lines: Iterable[str]) -> None:
    """Write lines to stderr."""
    for line in lines:
        _write(line)


def _write(line: str, style: str = "") -> None:
    console = Console(stderr=True, highlight=False)
    console.print(Text(f"newsweave: {printable(line)}", style=style), soft_wrap=True)
