"""What was not read, or read otherwise than it says, told on stderr."""

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
    console = Console(stderr=True, highlight=False)
    for remark in remarks:
        line = printable(f"{remark.place}: {remark.description} [{remark.reason}]")
        console.print(Text(f"newsweave: {line}", style="" if remark.lost else "dim"), soft_wrap=True)
