"""What is named -> articles: all of one story, or as many as a digest takes."""

from __future__ import annotations

from itertools import accumulate, count, takewhile
from typing import TYPE_CHECKING, Annotated

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
    """Return what one digest takes of a reading: the first articles, and a remark on those that are left out.

    Args:
        reading: What was read.
        limits: Those of the server; one that is 0 is not known.
    """
    room = _room(reading.articles, limits)
    left = reading.articles[room:]
    if not left:
        return reading
    about = f"left out, being beyond what one digest takes: {listed(article.id for article in left)}"
    remark = Remark(f"the last {len(left)} articles", Reason.TOO_MUCH, about)
    return Reading(reading.articles[:room], (*reading.remarks, remark))


def _room(articles: Sequence[Article], limits: Limits) -> int:
    """Return how many articles fit, from the first on."""
    most = (limits.max_digest_articles, limits.max_digest_characters, limits.max_digest_html_characters)
    totals = zip(
        count(1),
        accumulate(len(article.text) for article in articles),
        accumulate(len(article.html) for article in articles),
        strict=False,  # counting has no end
    )
    fitting = takewhile(
        lambda counts: all(not limit or number <= limit for number, limit in zip(counts, most, strict=True)),
        totals,
    )
    return sum(1 for _ in fitting)


def nothing(arguments: Sequence[str]) -> Violation:
    """Return the violation that no article stands in what was named."""
    return Violation(" ".join(arguments), Reason.NO_ARTICLES, "no article could be read")
