"""Words that move a text to another time than its own: "three years ago", "that year", "as a boy".

Beside them a day without its year, or a weekday, can be that of the other time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_YEARS = r"(?:(?:year|decade|generation|month|season|summer|winter|spring|autumn)s?|centur(?:y|ies))"
_WEEKS = r"(?:week|weekend|fortnight)s?"
_AWAY = r"(?:ago|earlier|later|before|previously|prior|hence|back|on(?=[,.])|from\snow)"
_WHICH = r"(?:last|next|that|same|following|previous|preceding|prior|coming|every|each)"
_OR_SO = r"(?:\s(?:or\s(?:so|more)|and\sa\shalf|to\sthe\sday))?"
# Another year: "a decade earlier", "the next school year", "in later years", "June '24", "in the '90s",
# "the 19th century", "44 B.C.", "when he was a boy", "usually".
_OF_YEARS = re.compile(
    rf"""
    \b{_YEARS}{_OR_SO}[\s-]{_AWAY}\b
    |\b{_WHICH}(?:\s(?:school|fiscal|financial|calendar|same|very|next|election|leap))?\s{_YEARS}\b(?!-)
    |\b(?<!of\s)(?<!for\s)the\syear\b(?!['’-])
    |\b(?:those|later|earlier|early|teenage|younger)\s(?:years|decades)\b
    |(?<!\w)['’‘]\d\d(?:s\b|(?![\w:.,]*\d))
    |(?<!his\s)(?<!her\s)(?<!their\s)\b(?:twen|thir|for|fif|six|seven|eigh|nine)ties\b
    |\b\d\d?(?:st|nd|rd|th)[\s-]century\b
    |\b\d+\s(?:B\.?C|A\.?D|BCE)\b
    |\bwhen\s(?:he|she|they|we|I)\s(?:was|were)\s(?:a|an|just|only|still|young|aged|\d+)\b
    |\bas\s(?:a|an)\s(?:\w+\s)?(?:boy|girl|child|teenager|student|youth|baby)\b
    |\b(?:his|her|their|my|our)\s(?:childhood|youth|boyhood|girlhood|teens)\b
    |\b(?:annually|yearly|usually|typically|traditionally|historically|originally|formerly)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A time that may be long over, and may be now.
_OF_AN_ERA = re.compile(
    r"\b(?:during|throughout|amid|before|after|in)\s(?:[\w-]+\s){0,3}?"
    r"(?:war|pandemic|era|reign|depression|recession|revolution|occupation|holocaust|presidency|lockdowns?)\b",
    re.IGNORECASE,
)
_OF_WEEKS = re.compile(
    rf"\b{_WEEKS}{_OR_SO}\s{_AWAY}\b|\bdays?\sago\b|\b{_WHICH}\s{_WEEKS}\b(?!-)", re.IGNORECASE
)
# "Two years after the flood, on June 4, ..." counts from what may be long over; behind a time it does not.
_FROM_AN_EVENT = re.compile(
    rf"\b(?:{_YEARS}|{_WEEKS}){_OR_SO}\s(?:after|following|since|into)\b", re.IGNORECASE
)
# What may stand between a time and what moves it, and before what opens a sentence: "50 years ago today",
# "yesterday, in 1944", "But in early June 2019".
# Characters in which that is looked for; bounds the work on a line of numbers.
_NEAR = 120
_BETWEEN = re.compile(
    r"""
    [\s,]*(?:(?:on|in|of|at|by|early|late|the|but|then|just|only|exactly|back|again|all|an?|few|several|some|many
    |couple|about|almost|nearly|over|more|than|half|summer|autumn|fall|winter|spring|year|years|\d[\d.,]*|one|two
    |three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty(?:-\w+)?|(?:hundred|thousand)(?:\sand)?)
    [\s,]+){0,4}
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What joins a time and one behind it: "closed on Monday when the flood came in 1997".
_AS_WELL = re.compile(r"\bwhen\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shift:
    """Words that tell another time.

    Attributes:
        start: Where they begin.
        end: Where they end.
        years: Whether that time can be of another year, or of another week only.
        weekday: Whether a weekday can be of that time.
        ahead: Whether they move only what stands behind them.
        year: The year that they name, or None.
    """

    start: int
    end: int
    years: bool = True
    weekday: bool = True
    ahead: bool = False
    year: int | None = None


def shifts(text: str) -> tuple[Shift, ...]:
    """Return the words of a text that tell another time."""
    return (
        *(Shift(*match.span()) for match in _OF_YEARS.finditer(text)),
        *(Shift(*match.span(), weekday=False) for match in _OF_AN_ERA.finditer(text)),
        *(Shift(*match.span(), years=False) for match in _OF_WEEKS.finditer(text)),
        *(Shift(*match.span(), ahead=True) for match in _FROM_AN_EVENT.finditer(text)),
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tells another time in a sentence and in the one before it.

    Attributes:
        text: The sentence.
        before: The sentence before it, or empty.
        own: Shifts of the sentence.
        earlier: Those of the sentence before it.
    """

    text: str
    before: str
    own: Sequence[Shift]
    earlier: Sequence[Shift]

    def beside(self, year: int) -> Surroundings:
        """Return the same without what names a given year: that is no other time for it."""
        own, earlier = (
            tuple(shift for shift in found if shift.year != year) for found in (self.own, self.earlier)
        )
        return replace(self, own=own, earlier=earlier)

    def move_day(self, start: int) -> bool:
        """Tell whether a day or a month without its year can be of another one, wherever that is told.

        Args:
            start: Where it begins in the sentence.
        """
        own = any(shift.years and (shift.end <= start or not shift.ahead) for shift in self.own)
        return own or any(shift.years for shift in self.earlier)

    def move_weekday(self, start: int, end: int) -> bool:
        """Tell whether a weekday can be of another time.

        That is told ahead of it, next to it or as when it was, or opens the sentence before. Elsewhere it is
        of something else: "On Tuesday the firm was sold that had lost millions last year".

        Args:
            start: Where it begins in the sentence.
            end: Where it ends.
        """
        if any(shift.weekday and self._opens(shift) for shift in self.earlier):
            return True
        ahead = any(shift.weekday and shift.end <= start for shift in self.own)
        return ahead or self.move_beside(start, end) or any(self._as_well(end, shift) for shift in self.own)

    def _opens(self, shift: Shift) -> bool:
        return shift.start <= _NEAR and _BETWEEN.fullmatch(self.before, 0, shift.start) is not None

    def _as_well(self, end: int, shift: Shift) -> bool:
        joined = _AS_WELL.search(self.text, end, max(end, shift.start)) is not None
        return joined and shift.weekday and not shift.ahead

    def move_beside(self, start: int, end: int) -> bool:
        """Tell whether a time is next to another one, so that both are one: "50 years ago today".

        Args:
            start: Where it begins in the sentence.
            end: Where it ends.
        """
        return any(
            max(start, shift.start) - min(end, shift.end) <= _NEAR
            and _BETWEEN.fullmatch(self.text, min(end, shift.end), max(start, shift.start)) is not None
            for shift in self.own
            if not shift.ahead and (shift.end <= start or end <= shift.start)
        )
