"""How the caller wants it: options, and the job that they make with the articles."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.domain.source import Article


class OffsetEncoding(Enum):
    """The unit in which the offsets of a response are counted."""

    CODE_POINTS = auto()
    UTF8_BYTES = auto()
    UTF16_UNITS = auto()


class Drafting(Enum):
    """Whether sentences may be written anew."""

    ABSTRACTIVE = auto()
    EXTRACTIVE = auto()


class Overflow(Enum):
    """What to do with an article that is too long."""

    REJECT = auto()
    TRUNCATE = auto()


class Style(Enum):
    """How a summary is to read."""

    PARAGRAPH = auto()
    BULLETS = auto()
    HEADLINE_AND_PARAGRAPH = auto()


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """How to summarize.

    Attributes:
        max_words: Most words in the summary, at least 1.
        max_sentences: Most sentences, at least 1, or None.
        max_share_per_source: Largest share of the sentences that may rest on one article alone, in (0, 1].
            None for half of them, or as much as the article holds of all sentences, if that is more.
        drafting: Whether sentences may be written anew.
        overflow: What to do with an article that is too long.
        offset_encoding: The unit of the response's offsets.
        include_clusters: Whether the redundancy report is wanted.
        style: How the summary is to read.
        focus_query: What the reader wants to know, or empty.
        background: What the reader knows already: sentences or whole summaries.
        background_days: The day on which each of these texts was published, or None; or empty.
    """

    max_words: int = 200
    max_sentences: int | None = None
    max_share_per_source: float | None = None
    drafting: Drafting = Drafting.ABSTRACTIVE
    overflow: Overflow = Overflow.REJECT
    offset_encoding: OffsetEncoding = OffsetEncoding.CODE_POINTS
    include_clusters: bool = False
    style: Style = Style.PARAGRAPH
    focus_query: str = ""
    background: tuple[str, ...] = ()
    background_days: tuple[date | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What the reader knows, ready to be looked up; made once, however many stories are held against it.

    Attributes:
        told: Of every sentence, in the form in which sentences are compared, each day on which it was told,
            or None, with the first text of the background that told it then.
    """

    told: Mapping[str, tuple[tuple[date | None, int], ...]]


@dataclass(frozen=True, slots=True)
class Job:
    """One request of the pipeline: articles and options, both valid.

    Attributes:
        articles: What is to be summarized.
        options: How.
        background: That of the options, where it was made ready already, as for all stories of a digest.
    """

    articles: tuple[Article, ...]
    options: SummaryOptions = field(default_factory=SummaryOptions)
    background: Background | None = None
