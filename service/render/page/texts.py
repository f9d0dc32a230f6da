"""The texts that spans refer to, and where a span lies in them as a browser counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newsweave.v1 import newsweave_pb2 as pb
from service.render.safe import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

# First code points that take one unit more: RFC 3629, section 3, and RFC 2781, section 2.1.
_UTF16_STEPS = (0x10000,)
_STEPS = {
    pb.OFFSET_ENCODING_UTF8_BYTES: (0x80, 0x800, 0x10000),
    pb.OFFSET_ENCODING_UTF16_UNITS: _UTF16_STEPS,
}


class QuoteMismatch(Exception):
    """A span of a citation is not its quote: these are other articles, or another unit was asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The text of an article, made harmless, and its offsets.

    Attributes:
        raw: What spans refer to.
        shown: What a reader sees, as long as that.
        units: Units of the spans before each code point. Shape: ``(code points + 1,)``.
        utf16: UTF-16 units before each code point. Shape: ``(code points + 1,)``.
    """

    raw: str
    shown: str
    units: NDArray[np.int64]
    utf16: NDArray[np.int64]

    @classmethod
    def of(cls, text: str, encoding: pb.OffsetEncoding.ValueType) -> Text:
        """Count once; every span is then two look-ups."""
        units = _before(text, _STEPS.get(encoding, ()))
        return cls(text, harmless(text), units, _before(text, _UTF16_STEPS))

    @property
    def length(self) -> int:
        """Its UTF-16 units."""
        return int(self.utf16[-1])

    def points(self, span: pb.Span) -> tuple[int, int]:
        """Return start and end of a span in code points; what lies beyond the text is its end."""
        start, end = np.searchsorted(self.units, (span.start, span.end))
        last = len(self.raw)
        return min(int(start), last), min(int(end), last)

    def place(self, span: pb.Span) -> tuple[int, int]:
        """Return start and end of a span in UTF-16 units."""
        start, end = self.points(span)
        return int(self.utf16[start]), int(self.utf16[end])

    def require(self, citation: pb.Citation) -> None:
        """Make sure that a citation is exact.

        Raises:
            QuoteMismatch: It is not.
        """
        start, end = self.points(citation.span)
        if self.raw[start:end] != citation.quote:
            span = f"{citation.span.start}-{citation.span.end}"
            message = f"the span {span} of article {citation.article_id!r} is not its quote"
            raise QuoteMismatch(message)


def texts(
    articles: Iterable[pb.Article],
    sources: Iterable[pb.SourceReport],
    encoding: pb.OffsetEncoding.ValueType,
) -> Mapping[str, Text]:
    """Return the text of every article that has one, by id: the extracted one if it came as HTML."""
    found = {article.id: article.text for article in articles}
    found |= {source.article_id: source.extracted_text for source in sources if source.extracted_text}
    return {name: Text.of(text, encoding) for name, text in found.items() if text}


def _before(text: str, steps: tuple[int, ...]) -> NDArray[np.int64]:
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    widths = np.ones(len(points), dtype=np.int64)
    for step in steps:
        widths += points >= step
    return np.concatenate(([0], np.cumsum(widths)))
