"""Pages as plain text, menus and notices included, with what of them is the article."""

from __future__ import annotations

from dataclasses import dataclass

from bench.corpora.shared import read, shuffled
from service.language.words import function_share

# Share of function words below which a text is hardly English.
_ENGLISH = 0.25
_LABELS = {1: True, 0: False, -1: None}


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page, line by line.

    Attributes:
        id: Unique in its corpus.
        lines: Its lines, none of them empty.
        labels: Whether each line is of the article; None where a line is of both and does not count.
    """

    id: str
    lines: tuple[str, ...]
    labels: tuple[bool | None, ...]

    @property
    def is_english(self) -> bool:
        """Whether the article is in English, the only language that the service keeps."""
        labelled = zip(self.lines, self.labels, strict=True)
        return function_share(" ".join(line for line, label in labelled if label)) >= _ENGLISH


@dataclass(frozen=True, slots=True)
class SegmentedPage:
    """A page of which only some pieces are labelled.

    Attributes:
        id: Its address.
        lines: Its lines, none of them empty.
        article: Pieces of the article.
        furniture: Pieces of what is around it.
    """

    id: str
    lines: tuple[str, ...]
    article: tuple[str, ...]
    furniture: tuple[str, ...]


def zyte() -> tuple[tuple[LabelledPage, ...], str]:
    """Read pages of the article extraction benchmark of Scrapinghub, now Zyte (2020), and the digest."""
    (rows,), digest = read("boiler_zyte_aeb/dev.jsonl")
    pages = [LabelledPage(row["id"], *_labelled(row["lines"])) for row in rows]
    return shuffled(pages), digest


def trafilatura() -> tuple[tuple[SegmentedPage, ...], str]:
    """Read pages of the evaluation of trafilatura (Barbaresi, 2021), and the digest."""
    (rows,), digest = read("boiler_trafilatura/dev.jsonl")
    pages = [
        SegmentedPage(row["url"], tuple(row["lines"]), tuple(row["with"]), tuple(row["without"]))
        for row in rows
    ]
    return shuffled(pages), digest


def _labelled(lines: list[tuple[int, str]]) -> tuple[tuple[str, ...], tuple[bool | None, ...]]:
    return tuple(line for _, line in lines), tuple(_LABELS[label] for label, _ in lines)
