"""What is named -> the articles of one story, or everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import remarks
from service.errors import InvalidRequest, Violation
from service.reading import formats, pile
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsweave.v1.newsweave_pb2 import Article

Kind = Annotated[
    formats.Format | None,
    typer.Option(
        "--input-format",
        show_default="told by name or content",
        help="What standard input and the files that are named hold.",
    ),
]


def read(arguments: Sequence[str], kind: formats.Format | None = None) -> tuple[Article, ...]:
    """Read files, folders, patterns and ``-`` as a digest does; here all of it must be readable.

    Raises:
        InvalidRequest: Something cannot be read, or holds no article; all faults are told at once.
    """
    reading = pile.read(arguments, kind)
    lost = [
        Violation(remark.place, remark.reason, remark.description)
        for remark in reading.remarks
        if remark.lost
    ]
    remarks.tell(remark for remark in reading.remarks if not remark.lost)
    if lost or not reading.articles:
        raise InvalidRequest(tuple(lost) or (nothing(arguments),))
    return reading.articles


def nothing(arguments: Sequence[str]) -> Violation:
    """Return the violation that no article stands in what was named."""
    return Violation(" ".join(arguments), Reason.NO_ARTICLES, "no article could be read")
