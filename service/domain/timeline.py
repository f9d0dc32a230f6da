"""Dated events of a story: what happened, or will, and when, as far as the articles tell for sure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.domain.summary import Citation

_DECEMBER = 12


class DateAnchor(Enum):
    """What tells which day words of an article mean."""

    EXPLICIT = auto()
    ARTICLE = auto()
    PUBLISHED_AT = auto()


@dataclass(frozen=True, slots=True)
class Period:
    """The days that words mean, from the first to the last: one day, a week, a month, a year."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Reject a period that runs backwards."""
        if self.first > self.last:
            message = f"no period runs from {self.first} to {self.last}"
            raise ValueError(message)

    @classmethod
    def of_year(cls, year: int) -> Period:
        """Return all of a year."""
        return cls(date(year, 1, 1), date(year, _DECEMBER, 31))

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        """Return all of a month."""
        return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @property
    def text(self) -> str:
        """``YYYY`` for a whole year, ``YYYY-MM`` for a whole month, or else its first day."""
        if self == Period.of_year(self.first.year):
            return f"{self.first.year:04}"
        if self == Period.of_month(self.first.year, self.first.month):
            return f"{self.first.year:04}-{self.first.month:02}"
        return self.first.isoformat()

    @property
    def last_text(self) -> str:
        """The last day, if :attr:`text` is one day and the period has more; or else empty."""
        return self.last.isoformat() if self.text == self.first.isoformat() != self.last.isoformat() else ""

    def meets(self, other: Period) -> bool:
        """Tell whether one period holds the other."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) in {self, other} if first <= last else False


@dataclass(frozen=True, slots=True)
class Dated:
    """Words of a sentence whose time is known.

    Attributes:
        start: Where they begin in the sentence.
        end: Where they end.
        period: The days that they mean.
        anchor: What tells that.
    """

    start: int
    end: int
    period: Period
    anchor: DateAnchor


@dataclass(frozen=True, slots=True)
class Occasion:
    """A sentence that tells something of a known time.

    Attributes:
        sentence: Index of the sentence.
        cluster_id: The cluster that it is of.
        dated: The words that tell the time.
        conflict_ids: The disputes on this time.
    """

    sentence: int
    cluster_id: int
    dated: Dated
    conflict_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A dated event with its span in the caller's own text.

    Attributes:
        period: The days that are meant.
        expression: The words that tell it, a part of the quote.
        citation: The sentence where it stands.
        anchor: What tells which days are meant.
        text: The sentence, able to stand alone.
        conflict_ids: The conflicts on this time.
    """

    period: Period
    expression: str
    citation: Citation
    anchor: DateAnchor
    text: str
    conflict_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        """Reject words that the cited span has not."""
        if not self.expression or self.expression not in self.citation.quote:
            message = f"the cited span does not hold {self.expression!r}"
            raise ValueError(message)
