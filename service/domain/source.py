"""What the caller sends, and what cleaning and splitting make of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datetime import datetime

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``[start, end)``, never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Reject a span that is empty, negative or runs backwards."""
        if not 0 <= self.start < self.end:
            message = f"no span runs from {self.start} to {self.end}"
            raise ValueError(message)

    def of(self, text: str) -> str:
        """Return the part of ``text`` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """What the caller sent: plain text, untouched, or HTML, of which the text is extracted first.

    Attributes:
        id: The caller's name for it.
        text: Its content as plain text. All spans refer to it. Of an article that came as HTML it is
            what was extracted, and empty before.
        title: A headline beside the text; may be empty.
        uri: Where it was published; shown, never fetched.
        publisher: Who published it.
        published_at: When, if the caller or its page knows; it has a zone, that of the page if it states one.
        html: Its content as HTML, untouched; empty if it came as plain text.
    """

    id: str
    text: str
    title: str = ""
    uri: str = ""
    publisher: str = ""
    published_at: datetime | None = None
    html: str = ""


class RemovalReason(Enum):
    """Why a span takes no part in the summary."""

    NAVIGATION = auto()
    NOTICE = auto()
    CREDIT = auto()
    HEADING = auto()
    DUPLICATE = auto()
    RELATED = auto()
    COMMENTS = auto()
    LANGUAGE = auto()
    FRAGMENT = auto()
    OFF_TOPIC = auto()
    TRUNCATED = auto()


@dataclass(frozen=True, slots=True)
class Removed:
    """A span that was taken out, and why."""

    span: Span
    reason: RemovalReason


@dataclass(frozen=True, slots=True)
class Document:
    """An article after cleaning.

    ``blocks`` and ``removed`` never overlap, are in order, and together cover all of the text but
    white space.

    Attributes:
        article: The article, untouched.
        blocks: Spans of running text, one a paragraph.
        removed: Everything else.
        title: The caller's title, or the first heading of the text, or empty.
    """

    article: Article
    blocks: tuple[Span, ...]
    removed: tuple[Removed, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article: ``article.text[span.start:span.end] == text``, always.

    Attributes:
        source: Index of the article in the request.
        span: Where it stands.
        text: The sentence.
        position: How far into its article it stands, from 0 (the lead) to 1 (the end).
        previous: The sentence before it in its paragraph, or empty.
    """

    source: int
    span: Span
    text: str
    position: float
    previous: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Sentences with their embeddings.

    Attributes:
        sentences: In the order of the articles.
        vectors: Unit rows. Shape: ``(len(sentences), dimensions)``.
    """

    sentences: tuple[Sentence, ...]
    vectors: Vectors

    def __post_init__(self) -> None:
        """Reject vectors that do not match the sentences."""
        if len(self.sentences) != len(self.vectors):
            message = f"{len(self.sentences)} sentences, {len(self.vectors)} vectors"
            raise ValueError(message)

    def take(self, indices: list[int]) -> Encoded:
        """Return those sentences only, in the order given."""
        return Encoded(tuple(self.sentences[i] for i in indices), self.vectors[indices])
