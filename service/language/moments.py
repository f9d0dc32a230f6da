"""Points in time as text tells them: years, dates, weekdays, parts of the day, times on the clock.

What a text leaves open stays open. A relative day ("yesterday") and a weekday become dates only if it is
known when the text was published; nothing is guessed otherwise. As the zone of the writer is not known, they
are all the days that can be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from service.language.calendar import CALENDAR, MONTHS, WEEKDAYS
from service.language.quantities import Agreement

if TYPE_CHECKING:
    Range = tuple[float, float]

_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
_PIECE = re.compile(
    rf"""
    (?P<clock>(?<![\d.:,$€£])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?)
    |(?P<clock24>(?<![\d.:,$€£])(?P<hour24>1[3-9]|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:]))
    |(?P<iso>(?<![\w.,:/-])(?P<iso_year>1[5-9]\d\d|20\d\d)-(?P<iso_month>0[1-9]|1[0-2])-(?P<iso_day>[0-3]\d)(?![\d-]))
    |(?P<decade>\b(?:(?P<third>(?i:early|mid|late))[\s-])?(?:[Tt]he\s)?(?P<ten>1[5-9]\d0|20\d0)s\b)
    |(?:(?:\b[Tt]he\s(?=\d\d?(?:st|nd|rd|th)\sof\s))?(?<![\d.,])(?P<day1>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?)?
        \b{_MONTH}
        (?:\s(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:]|\s?[ap]\.?m\b|\s(?:%|percent)))?
    |(?P<weekday>\b{_DAYS})
    |(?P<relative>\b(?i:today|yesterday|tomorrow|tonight)\b)
    |(?P<part>\b(?:(?P<end>(?i:early|late))\s(?:in\sthe\s|at\s|on\s)?)?
        (?P<time>(?i:morning|afternoon|evening|night|midnight|noon|midday|dawn))\b)
    |(?P<when>\b(?i:early|late)(?=\s(?:on\s)?{_DAYS}))
    |(?<![\d$€£.,:-])\b(?P<year>1[5-9]\d\d|20\d\d)(?![\d,.]*\d)
    """,
    re.VERBOSE,
)
# What may stand between the pieces of one expression: "at 4 p.m. local time on Tuesday, June 18, 2024".
_GLUE = re.compile(
    r"(?:\s?,)?\s?(?:(?:on|at|in|of|the|a|around|about|local time|ET|EST|EDT|PT|PST|PDT|CST|CDT|GMT|UTC)"
    r"\s?,?\s?){0,4}",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|(?:shortly|just) (?:before|after))\s$",
    re.IGNORECASE,
)
# Before a month: "in May", "in early March"; but of somebody with that name: "confidence in May".
_IN = re.compile(r"\b(?:[Ii]n|[Dd]uring|[Ee]arly|[Ll]ate|[Mm]id)[\s-]$")
_TRUST = re.compile(
    r"\b(?:confidence|trust\w*|faith|belie\w+|hopes?|hoped|interest\w*|doubts?|ally|allies|disappoint\w+)\sin\s$"
)
# Behind a month: "May 2021", "March, 2021", "March of 2021".
_OF_A_YEAR = re.compile(r",?\s(?:of\s)?(?:1[5-9]\d\d|20\d\d)\b")
# "4 p.m. local time", "11 a.m. GMT", "9 a.m. Moscow time".
_ZONE = re.compile(r"\s?\(?(?:(?i:local\stime)|[A-Z][a-z]+\stime|[A-Z]{1,3}[SD]?T|GMT|UTC)\b")
# Hours from midnight of the day that is named; a night goes on into the next day.
_PARTS = {
    "dawn": (4.0, 8.0),
    "morning": (0.0, 11.9),
    "noon": (11.5, 12.5),
    "midday": (11.0, 13.0),
    "afternoon": (12.0, 17.9),
    "evening": (17.0, 24.0),
    "night": (18.0, 30.0),
    "midnight": (23.0, 25.0),
}
_EARLY, _LATE = (0.0, 9.0), (15.0, 28.0)
_THIRDS = {"early": (0, 3), "mid": (3, 6), "late": (6, 9), None: (0, 9)}
# From when on a day is late, and until when the next one is young: one time in two zones.
_NIGHTFALL, _NOON = 17, 12
_DAY = 24.0
# Steps of zones, in minutes.
_HOUR, _QUARTER = 60, 15
# How far the day of a writer can be from the day in UTC, and how far from it a weekday can be.
_ZONES, _WEEK = 1, 7
_RELATIVE = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
# Hours that "about" leaves open: a quarter, and a little for rounding.
_ROUGH = 0.26


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was, as far as a text tells.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        text: It, as it stands there.
        years: First and last year, or None.
        month: From 1 to 12, or None.
        day: Of the month, or None.
        weekday: From 0, Monday, to 6, or None.
        relative: Days from the day of writing, or None.
        hours: First and last hour of the day, which may run into the next one, or None.
        clock: Whether the hours are a time on the clock.
        rough: Whether that time is told as "about".
        zoned: Whether it is said in which zone, or that it is local.
        on: The days that a weekday or a relative day can be, ascending; empty if it is not known when the
            text was written.
    """

    start: int
    end: int
    text: str
    years: Range | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    relative: int | None = None
    hours: Range | None = None
    clock: bool = False
    rough: bool = False
    zoned: bool = False
    on: tuple[date, ...] = ()

    @property
    def day_level(self) -> bool:
        """Whether it tells a day, or a time of one."""
        return any(part is not None for part in (self.day, self.weekday, self.relative, self.hours))

    @property
    def fields(self) -> tuple[bool, ...]:
        """Which parts it tells; how a day is told makes no difference."""
        day = any(part is not None for part in (self.day, self.weekday, self.relative))
        larger = (False, False) if day else (self.years is not None, self.month is not None)
        return (*larger, day, self.hours is not None)

    def anchored(self, published: date | None) -> Moment:
        """Return the same with the days that a weekday or a relative day can be in a text of that day.

        A relative day can be one earlier or later, as the text may be of any zone. A weekday is any within a
        week, before or after: "arrives on Friday" tells no more. At the ends of the calendar nothing is
        dated.
        """
        if published is None or self.day is not None or self.weekday is self.relative is None:
            return self
        today = published.toordinal()
        if not date.min.toordinal() + _WEEK < today < date.max.toordinal() - _WEEK:
            return self
        if self.relative is not None:
            middle = today + self.relative
            days = range(middle - _ZONES, middle + _ZONES + 1)
        else:
            days = range(today - _WEEK, today + _WEEK + 1)
        on = tuple(day for day in map(date.fromordinal, days) if self.weekday in {None, day.weekday()})
        return replace(self, on=on)

    def agreement(self, other: Moment) -> Agreement | None:
        """Compare two moments of one event, or return None if they tell nothing of the same kind.

        They can be reconciled if one is late on a day and the other early on the next one, or if two times on
        the clock are whole hours apart, because of time zones; and if "about" leaves room for both.
        """
        same_day = _one_day(self, other)
        if same_day is False:
            return Agreement.RECONCILABLE if _next_to(self, other) else Agreement.DIFFERENT
        hours = _hours(self, other)
        if hours is False:
            return Agreement.RECONCILABLE if _clocks_meet(self, other) else Agreement.DIFFERENT
        return Agreement.SAME if hours or same_day else None


def moments(text: str) -> tuple[Moment, ...]:
    """Return the moments that a text tells, in order."""
    found: list[Moment] = []
    for match in _PIECE.finditer(text):
        piece = _piece(match)
        if piece is None:
            continue
        near = found and _GLUE.fullmatch(text, found[-1].end, piece.start)
        if near and (joined := _joined(found[-1], piece, text)):
            found[-1] = joined
        else:
            found.append(piece)
    return tuple(found)


def _piece(match: re.Match[str]) -> Moment | None:
    empty = Moment(match.start(), match.end(), match.group())
    if match["clock"]:
        return _clock(match, empty)
    if match["clock24"]:
        at = int(match["hour24"]) + int(match["minute24"]) / 60
        return replace(empty, hours=(at, at), clock=True, zoned=_is_zoned(match))
    if match["iso"]:
        year, month, day = (int(match[f"iso_{part}"]) for part in ("year", "month", "day"))
        return replace(empty, years=(year, year), month=month, day=day)
    if match["month"]:
        return _date(match, empty)
    return replace(empty, **_told(match))


def _told(match: re.Match[str]) -> dict[str, Any]:
    """Return the field that a piece of one word tells."""
    text = match.group().lower()
    match match.lastgroup:
        case "decade":
            first, last = _THIRDS[match["third"] and match["third"].lower()]
            return {"years": (int(match["ten"]) + first, int(match["ten"]) + last)}
        case "weekday":
            return {"weekday": WEEKDAYS[text]}
        case "relative":
            return {"relative": _RELATIVE[text]}
        case "part":
            return {"hours": _part((match["end"] or "").lower(), match["time"].lower())}
        case "when":
            return {"hours": _EARLY if text == "early" else _LATE}
    return {"years": (int(text), int(text))}


def _date(match: re.Match[str], empty: Moment) -> Moment | None:
    day = int(match["day1"] or match["day2"] or 0) or None
    if match["month"] in {"May", "March"} and not day and not _is_month(match):
        return None
    return replace(empty, month=MONTHS[CALENDAR[match["month"].lower()]], day=day)


def _is_month(match: re.Match[str]) -> bool:
    """Tell whether "May" or "March" is the month by what stands around it, and not a verb or a name."""
    if _OF_A_YEAR.match(match.string, match.end()):
        return True
    ahead = match.string[: match.start()]
    return _IN.search(ahead) is not None and not _TRUST.search(ahead)


def _clock(match: re.Match[str], empty: Moment) -> Moment | None:
    hour = int(match["hour"])
    if not 1 <= hour <= _NOON:
        return None
    at = hour % 12 + (12 if match["half"] == "p" else 0) + int(match["minute"] or 0) / 60
    rough = bool(_ABOUT.search(match.string, 0, match.start()))
    return replace(empty, hours=(at, at), clock=True, rough=rough, zoned=_is_zoned(match))


def _is_zoned(match: re.Match[str]) -> bool:
    return bool(_ZONE.match(match.string, match.end()))


def _part(end: str, time: str) -> Range:
    """Return the hours of a part of the day, or of a good half of it."""
    low, high = _PARTS[time]
    middle = (low + high) / 2
    return (low, middle + 1) if end == "early" else (middle - 1, high) if end else (low, high)


def _joined(left: Moment, right: Moment, text: str) -> Moment | None:
    """Return two neighbouring pieces as one moment, if they tell different things."""
    parts = ("years", "month", "day", "weekday", "relative")
    if any(getattr(left, name) is not None and getattr(right, name) is not None for name in parts):
        return None
    if left.clock and right.clock:
        return None
    first = right if right.clock else left
    told = {
        name: getattr(left, name) if getattr(left, name) is not None else getattr(right, name)
        for name in parts
    }
    hours = _both(left.hours, right.hours) if left.hours and right.hours else None
    return Moment(
        left.start,
        right.end,
        text[left.start : right.end],
        **told,
        hours=first.hours if first.clock else hours or left.hours or right.hours,
        clock=first.clock,
        rough=first.rough,
        zoned=first.zoned,
    )


def _both(one: Range, other: Range) -> Range | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _equal(one: int | None, other: int | None) -> bool | None:
    return None if one is None or other is None else one == other


def _overlap(one: Range | None, other: Range | None) -> bool | None:
    return None if one is None or other is None else _both(one, other) is not None


def _one_day(one: Moment, other: Moment) -> bool | None:
    """Tell whether two moments can be of one day, or None if they tell nothing of the same kind."""
    if one.on and other.on:
        return not set(one.on).isdisjoint(other.on)
    dated, told = (one, other) if one.on else (other, one)
    if dated.on:
        found = [_told_alike(_of_date(day), told) for day in dated.on]
        return None if None in found else any(found)
    return _told_alike(one, other)


def _of_date(day: date) -> Moment:
    return Moment(0, 0, "", (day.year, day.year), day.month, day.day, day.weekday())


def _told_alike(one: Moment, other: Moment) -> bool | None:
    parts = [
        _overlap(one.years, other.years),
        _equal(one.month, other.month),
        _equal(one.day, other.day),
        _equal(one.weekday, other.weekday),
    ]
    return False if False in parts else True if True in parts else None


def _hours(one: Moment, other: Moment) -> bool | None:
    """Compare hours; a part of the day may run into the next one."""
    direct = _overlap(one.hours, other.hours)
    if direct is not False or (one.clock and other.clock) or not one.hours:
        return direct
    return any(_overlap((one.hours[0] + shift, one.hours[1] + shift), other.hours) for shift in (-_DAY, _DAY))


def _next_to(one: Moment, other: Moment) -> bool:
    """Tell whether one can be late on a day and the other early on the next one."""
    return _follows(one, other) or _follows(other, one)


def _follows(first: Moment, second: Moment) -> bool:
    if not first.hours or not second.hours:
        return False
    after = any((late + 1) % 7 in _weekdays(second) for late in _weekdays(first))
    return after and first.hours[0] >= _NIGHTFALL and second.hours[0] <= _NOON


def _weekdays(moment: Moment) -> set[int]:
    if moment.on:
        return {day.weekday() for day in moment.on}
    return set() if moment.weekday is None else {moment.weekday}


def _clocks_meet(one: Moment, other: Moment) -> bool:
    """Tell whether two times on the clock are one in two zones, or no further apart than "about" allows.

    Zones are whole hours apart; those that are quarters of an hour apart are only thought of if one is named.
    """
    if not (one.clock and other.clock and one.hours and other.hours):
        return False
    apart = abs(one.hours[0] - other.hours[0])
    step = _QUARTER if one.zoned or other.zoned else _HOUR
    return round(60 * apart) % step == 0 or ((one.rough or other.rough) and apart <= _ROUGH)
