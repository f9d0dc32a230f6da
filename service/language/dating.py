"""The days that words of an article mean, where that is sure: "June 19, 2024", "on Tuesday", "last week".

A text alone tells a day only with its year. All else needs the day of publication, and is left open without
it, as it is wherever two days can be meant: nothing is guessed. Words that only name something else ("the
June 19 attack", "since 2012"), or tell when something was said, date no event.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from service.domain import DateAnchor, Dated, Period
from service.language.asides import dates_nothing, is_quoted
from service.language.calendar import MONTH_NAMES
from service.language.events import tokens
from service.language.moments import Moment, moments
from service.language.shifts import Shift, Surroundings, shifts
from service.language.tense import Tense, tense

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from service.language.events import Token

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RELATIVE = re.compile(
    rf"\b(?P<which>last|this|next)\s(?P<unit>week|month|year)\b(?!['’\w-])"
    rf"|(?<![\w.,–-])(?P<count>[1-9]\d?|{'|'.join(_NUMBERS)})\sdays?\sago\b(?!\sor\b)",
    re.IGNORECASE,
)
# Before a count of days: the rest of a greater number, another number, or what makes it a rough one. None of
# "two", "2" and "about two" is sure behind "two or".
_INEXACT = re.compile(
    rf"(?:\d|\b(?:{'|'.join(_NUMBERS)}|\w+teen|eleven|twelve|\w+ty|hundred|thousand|or|and|to|about|around|some"
    r"|roughly|nearly|almost|approximately|circa|over|under|than|least|most|as|many|few|little|up|within|maybe"
    r"|perhaps|probably|possibly|every|another))[\s,]*$",
    re.IGNORECASE,
)
# "June 18-19, 2024": the rest of the expression, behind its first day.
_UNTIL = re.compile(r"\s?[-–]\s?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,?\s(?P<year>1[5-9]\d\d|20\d\d)\b)?")
_FULL_MONTH = re.compile(rf"(?:{'|'.join(MONTH_NAMES)})\.$")
_WHICH = {"last": -1, "this": 0, "next": 1}
# A weekday is one of so many days on the side that the tense tells. At seven days it can be either of two,
# and at six the zone of the writer decides.
_NEAR_DAYS = 5
# Months from which a month without a year can be that of two years.
_HALF_YEAR = 6
_WEEK, _MONTHS, _TENS = 7, 12, 10
# In days: what the day of a writer can be apart from that of publication.
_ZONES = 1
# In characters: words so close behind a time are a part of it.
_BESIDE = 4
# In words: from a verb to its "today"; further behind, as in "like the birds of today", it is our time.
_OF_TODAY = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """What else is known of the article that a sentence is of.

    Attributes:
        published: Its day of publication, or None.
        years: Of each month and day that the article tells with a year, all the years.
    """

    published: date | None
    years: Mapping[tuple[int, int], frozenset[int]]


def setting(published: date | None, texts: Iterable[str]) -> Setting:
    """Read the sentences of an article for days that it tells with their year."""
    years: dict[tuple[int, int], set[int]] = defaultdict(set)
    for text in texts:
        for moment in moments(text):
            if moment.month and moment.day and (year := _year(moment)):
                years[moment.month, moment.day].add(year)
    return Setting(published, {day: frozenset(found) for day, found in years.items()})


def dated(text: str, before: str, known: Setting) -> tuple[Dated, ...]:
    """Return the words of a sentence that date what it tells, with the days that they mean, in order.

    Args:
        text: The sentence. Work grows with the square of its times; what can stand alone is short.
        before: The sentence before it, or empty.
        known: What else is known of its article.
    """
    told = moments(text)
    # "June 3 last year" and the like stay open.
    relative = [
        match
        for match in (_RELATIVE.finditer(text) if known.published else ())
        if not any(0 <= match.start() - moment.end <= _BESIDE for moment in told)
    ]
    if not told and not relative:
        return ()
    words = tokens(text)
    reader = _Reader(text, words, known, _surroundings(text, told, before))
    found = [*(reader.of_moment(moment) for moment in told), *(reader.of_period(item) for item in relative)]
    return tuple(sorted(filter(None, found), key=lambda item: item.start))


def _surroundings(text: str, told: Sequence[Moment], before: str) -> Surroundings:
    """Return what tells another time around the times of a sentence, years among them."""
    return Surroundings(
        text, before, (*shifts(text), *_years_of(told)), (*shifts(before), *_years_of(moments(before)))
    )


def _years_of(told: Iterable[Moment]) -> Iterator[Shift]:
    for moment in told:
        if moment.years:
            yield Shift(moment.start, moment.end, year=_year(moment))


def _year(moment: Moment) -> int | None:
    """Return the year of a moment, if it is one."""
    first, last = moment.years or (0, 1)
    return int(first) if first == last else None


@dataclass(frozen=True, slots=True)
class _Reader:
    """A sentence, and what is known of its article."""

    text: str
    words: Sequence[Token]
    known: Setting
    around: Surroundings

    def of_moment(self, moment: Moment) -> Dated | None:
        """Return what a moment means, with the rest of "June 18-19, 2024"."""
        until = _UNTIL.match(self.text, moment.end) if moment.day else None
        end = until.end() if until else moment.end
        own = self._own(moment.start, moment.end)
        if not own or dates_nothing(self.text, self.words, own, end, moment) or _is_of_a_name(moment):
            return None
        year = int(until["year"]) if until and until["year"] and not moment.years else _year(moment)
        last = int(until["day"]) if until else moment.day
        if moment.years and year is None:
            return None  # a decade
        found = self._with_year(moment, year, last) if year else self._without_year(moment, last, own)
        if not found or not _agrees(moment, found[0], self.known.published):
            return None
        return Dated(moment.start, _trimmed(self.text, end), *found)

    def of_period(self, match: re.Match[str]) -> Dated | None:
        """Return what "last week" or "two days ago" means."""
        own = self._own(match.start(), match.end())
        today = self.known.published
        if not own or not today or is_quoted(self.text, match.start()):
            return None
        if dates_nothing(self.text, self.words, own, match.end()):
            return None
        around = self.around.beside(today.year)
        if around.move_beside(match.start(), match.end()) or _is_inexact(self.text, match):
            return None
        if match["which"] and match["which"].lower() != "this" and self.text.startswith(" of ", match.end()):
            return None  # "the last week of June"
        period = _days_ago(match["count"], today) if match["count"] else _around(match, today)
        return Dated(match.start(), match.end(), period, DateAnchor.PUBLISHED_AT) if period else None

    def _own(self, start: int, end: int) -> range:
        inside = [order for order, word in enumerate(self.words) if start <= word.start < end]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def _with_year(self, moment: Moment, year: int, last: int | None) -> tuple[Period, DateAnchor] | None:
        if not moment.month:
            return None if moment.day_level else (Period.of_year(year), DateAnchor.EXPLICIT)
        if not moment.day:
            return Period.of_month(year, moment.month), DateAnchor.EXPLICIT
        period = _days(year, moment.month, moment.day, last)
        return (period, DateAnchor.EXPLICIT) if period else None

    def _without_year(self, moment: Moment, last: int | None, own: range) -> tuple[Period, DateAnchor] | None:
        if moment.month and moment.day and (years := self.known.years.get((moment.month, moment.day))):
            (year, *others) = years
            is_open = others or self.around.beside(year).move_day(moment.start)
            period = None if is_open else _days(year, moment.month, moment.day, last)
            return (period, DateAnchor.ARTICLE) if period else None
        today = self.known.published
        if not today or is_quoted(self.text, moment.start) or self._is_elsewhere(moment, today):
            return None
        now = tense(self.words, own, _OF_TODAY if moment.relative == 0 else None)
        if moment.month:
            period = _nearest(moment, last, today, now)
        elif moment.relative is not None:
            period = _shifted(today, moment.relative) if moment.relative or now else None
        else:
            period = _weekday(moment.weekday, today, now)
        return (period, DateAnchor.PUBLISHED_AT) if period else None

    def _is_elsewhere(self, moment: Moment, today: date) -> bool:
        """Tell whether a time without a year can be of another year or week than those of publication."""
        around = self.around.beside(today.year)
        if moment.month:
            return around.move_day(moment.start)
        own = moment.start, moment.end
        return around.move_beside(*own) if moment.relative is not None else around.move_weekday(*own)


def _agrees(moment: Moment, period: Period, published: date | None) -> bool:
    """Tell whether a day is the weekday, today or yesterday that the same words tell beside it."""
    if moment.weekday is not None and moment.weekday != period.first.weekday():
        return False
    if moment.relative is None or published is None:
        return True
    return abs((period.first - published).days - moment.relative) <= _ZONES


def _is_inexact(text: str, match: re.Match[str]) -> bool:
    """Tell whether a count of days is a part of a greater one, or rough; nobody counts whole tens."""
    count = match["count"]
    if not count:
        return False
    return _number(count) % _TENS == 0 or _INEXACT.search(text, 0, match.start()) is not None


def _is_of_a_name(moment: Moment) -> bool:
    """Tell whether a relative day is a part of a name, as in "USA TODAY"."""
    return moment.relative is not None and moment.text[:1].isupper() and moment.start > 0


def _trimmed(text: str, end: int) -> int:
    """Return the end of an expression without the full stop of its sentence: "in February."."""
    return end - 1 if _FULL_MONTH.search(text, 0, end) else end


def _days(year: int, month: int, day: int, last: int | None) -> Period | None:
    """Return a day, or several of one month, or None if there is no such day."""
    try:
        return Period(date(year, month, day), date(year, month, last or day))
    except ValueError:
        return None


def _shifted(today: date, days: int) -> Period | None:
    try:
        day = today + timedelta(days)
    except OverflowError:
        return None
    return Period(day, day)


def _weekday(weekday: int | None, today: date, now: Tense | None) -> Period | None:
    """Return the day of a weekday: the last five days and today, or the next five, as the tense tells."""
    if weekday is None or now is None:
        return None
    away = (weekday - today.weekday()) % _WEEK
    if now is Tense.FUTURE:
        return _shifted(today, away) if 1 <= away <= _NEAR_DAYS else None
    back = -away % _WEEK
    return _shifted(today, -back) if back <= _NEAR_DAYS else None


def _nearest(moment: Moment, last: int | None, today: date, now: Tense | None) -> Period | None:
    """Return a month, or a day of one, in the nearest year, if the tense agrees and no other is as near."""
    month = moment.month or 0
    away = (month - today.month + _HALF_YEAR) % _MONTHS - _HALF_YEAR
    if abs(away) == _HALF_YEAR or now is None:
        return None
    year = today.year + (today.month - 1 + away) // _MONTHS
    if not date.min.year <= year <= date.max.year:
        return None
    period = _days(year, month, moment.day, last) if moment.day else Period.of_month(year, month)
    if not period:
        return None
    # A day as late as tomorrow can be over where the writer is.
    day = today.toordinal()
    over, begun = period.first.toordinal() <= day + 1, period.last.toordinal() >= day - 1
    return period if (over if now is Tense.PAST else begun) else None


def _days_ago(count: str, today: date) -> Period | None:
    return _shifted(today, -_number(count))


def _number(count: str) -> int:
    word = count.lower()
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)


def _around(match: re.Match[str], today: date) -> Period | None:
    """Return the week, from Monday, the month or the year before, around or after a day."""
    steps = _WHICH[match["which"].lower()]
    match match["unit"].lower():
        case "week":
            monday = _shifted(today, _WEEK * steps - today.weekday())
            sunday = _shifted(today, _WEEK * steps - today.weekday() + _WEEK - 1)
            return Period(monday.first, sunday.first) if monday and sunday else None
        case "month":
            months = _MONTHS * today.year + today.month - 1 + steps
            year, month = divmod(months, _MONTHS)
            inside = date.min.year <= year <= date.max.year
            return Period.of_month(year, month + 1) if inside else None
    inside = date.min.year <= today.year + steps <= date.max.year
    return Period.of_year(today.year + steps) if inside else None
