"""What is named -> articles: all of one story, or as many as a digest takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from service.cli import remarks
from service.errors import InvalidRequest, Violation
from service.reading import formats, pile
from service.reading.found import Reading, Remark, listed
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsweave.v1.newsweave_pb2 import Article, Limits

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


def taken(reading: Reading, limits: Limits) -> Reading:
    """Return what one digest takes of a reading: all that fits from the first on, and a remark on the others.

    Args:
        reading: What was read.
        limits: Those of the server; one that is 0 is not known.
    """
    inside, outside = _parted(reading.articles, limits)
    if not outside:
        return reading
    about = f"left out, being beyond what one digest takes: {listed(article.id for article in outside)}"
    remark = Remark(f"{len(outside)} of {len(reading.articles)} articles", Reason.TOO_MUCH, about)
    return Reading(inside, (*reading.remarks, remark))


def _parted(articles: Sequence[Article], limits: Limits) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """Return which articles fit, and which do not; one that is too long leaves those behind their place."""
    most = np.array(
        [limits.max_digest_articles, limits.max_digest_characters, limits.max_digest_html_characters]
    )
    inside: list[Article] = []
    outside: list[Article] = []
    total = np.zeros_like(most)
    for article in articles:
        more = total + np.array([1, len(article.text), len(article.html)])
        fits = bool(np.all((more <= most) | (most == 0)))
        (inside if fits else outside).append(article)
        total = more if fits else total
    return tuple(inside), tuple(outside)


def nothing(arguments: Sequence[str]) -> Violation:
    """Return the violation that no article stands in what was named."""
    return Violation(" ".join(arguments), Reason.NO_ARTICLES, "no article could be read")
