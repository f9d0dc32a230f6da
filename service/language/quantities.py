"""Quantities in text: how many or how much of what, as an interval that can be compared.

A quantity is exact ("12"), open ("at least 12", "more than 12", "up to 12"), rough ("about 12", "nearly 12")
or a range ("10 to 12"). What is counted is a unit of measure or a noun.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.language.calendar import is_date
from service.language.spelled import NUMBER, worth
from service.language.units import CURRENCIES, UNITS
from service.language.words import lexicon, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBER = re.compile(
    rf"(?<![\w.,:/$€£-])(?P<sign>(?:US)?[$€£]\s?)?{NUMBER}(?P<percent>\s?%|\sper\s?cent\b)?(?![\w:/]|[.,]\d)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s?(?:to|and|or|-|–)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s$", re.IGNORECASE)  # a change, as likely as a range
_ABOVE = re.compile(
    r"\b(?:at least|(?:no|not) (?:fewer|less) than|a minimum of|more than|over|above|upwards of|in excess of"
    r"|exceed(?:s|ed|ing)?|greater than)\s+$",
    re.IGNORECASE,
)
_ABOVE_BEHIND = re.compile(r"\s?(?:or more|plus\b|\+)", re.IGNORECASE)
_BELOW = re.compile(
    r"\b(?:fewer than|less than|under|below|up to|as many as|as much as|at most|(?:no|not) more than"
    r"|a maximum of)\s+$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:(?:only )?about|around|some|roughly|approximately|nearly|almost|close to|(?:an )?estimated"
    r"|circa)\s+$"
    r"|[~≈]\s?$",
    re.IGNORECASE,
)
# Characters before a number in which what qualifies it stands.
_QUALIFIER = 40
# "About" means within a tenth, as far as a reader can tell.
_ROUGH = 0.1
# How far a number in miles and the same in kilometres may be apart, and "17 years" and "nearly two decades".
_CONVERTED, _COARSE = 0.05, 0.25
# How much rounding can change from a million on: "$1.2 trillion" is "$1 trillion" to some.
_ROUNDED, _MANY = 0.2, 1e6
# Rounding that changes less than this is not worth telling; whole numbers below that are not rounded.
_LITTLE, _LEAST_ROUNDED = 0.01, 100
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
# Words between a number and the noun that is counted: "12 other people", "three metric tons".
_LONGEST_PHRASE = 4
_NO_NOUN = lexicon(
    """
    a about after against ago alive all also am an and are around arrested as at been before between but
    by de dead detained died during each for from had has have he her his hurt if in injured into is it
    its killed later left less many missing more most near nor of off on one or other others our out over
    per pm she since so some than that the their them then there these they this those through to under
    until up was we were what when where which while who whose will with within without would wounded
    """
)
_OLD = re.compile(r"[\s-]years?[\s-]olds?\b", re.IGNORECASE)
_WORD = re.compile(r"[\s-]+((?:[A-Z]\.){2,}|[^\W\d_]+(?:[’'][^\W\d_]+)*)")


class Precision(Enum):
    """How a number is meant."""

    EXACT = auto()
    OPEN = auto()
    ROUGH = auto()


class Agreement(Enum):
    """How two values of one slot stand to each other."""

    SAME = auto()
    RECONCILABLE = auto()
    DIFFERENT = auto()


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many or how much.

    Attributes:
        low: The least that it can be, in base units.
        high: The most that it can be; infinite for "at least".
        precision: Whether the number is exact, one end of what is possible, or rough.
        unit: ``%``, a currency, a dimension such as ``length``, ``age``, or empty for a count.
        factor: What its unit is in base units; 1 for a count.
        nouns: Stems of the words behind it, the counted noun among them; empty for a unit.
        start: Where its number, with what qualifies it, begins in the text.
        end: Where its number ends.
        text: It, as it stands there.
    """

    low: float
    high: float
    precision: Precision
    unit: str
    factor: float
    nouns: tuple[str, ...]
    start: int
    end: int
    text: str

    @property
    def number(self) -> float:
        """The number that is written, in base units, or the middle of a range."""
        if math.isinf(self.high):
            return self.low
        return self.high if self.precision is Precision.OPEN else (self.low + self.high) / 2

    def agreement(self, other: Quantity) -> Agreement:
        """Compare two quantities of one thing.

        Exact numbers are the same only if they are equal, or if one is the other in another unit. A rough one
        is the same as whatever lies in its interval, and "more than 26" the same as 26.6. An open one can be
        reconciled with what lies on its side, and so can two of which one is the other rounded.
        """
        meet = max(self.low, other.low) <= min(self.high, other.high)
        if Precision.OPEN in {self.precision, other.precision}:
            if abs(self.number - other.number) < _ROUGH * max(self.number, other.number):
                return Agreement.SAME
            return Agreement.RECONCILABLE if meet else Agreement.DIFFERENT
        tolerance = _COARSE if Precision.ROUGH in {self.precision, other.precision} else _CONVERTED
        other_unit = self.factor != other.factor
        converted = other_unit and math.isclose(self.number, other.number, rel_tol=tolerance)
        if (
            meet
            or converted
            or (_rounded(self, other) and math.isclose(self.number, other.number, rel_tol=_LITTLE))
        ):
            return Agreement.SAME
        return Agreement.RECONCILABLE if _rounded(self, other) else Agreement.DIFFERENT


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; years, times of day and ordinals are none."""
    found = (_quantity(text, match) for match in _NUMBER.finditer(text))
    return tuple(_ranges(text, [item for item in found if item]))


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    unit, factor, end, nouns = _measured(text, match)
    if not unit and not match["scales"] and _YEAR.fullmatch(match["digits"] or ""):
        return None
    value = worth(match) * factor
    exact = Quantity(value, value, Precision.EXACT, unit, factor, nouns, match.start(), end, "")
    qualified = _qualified(text, match, exact)
    return replace(qualified, text=text[qualified.start : qualified.end])


def _measured(text: str, match: re.Match[str]) -> tuple[str, float, int, tuple[str, ...]]:
    """Return unit, factor, where the phrase ends, and the stems of the words behind a count."""
    if match["percent"] or match["sign"]:
        return (match["sign"] or "%").strip()[-1], 1.0, match.end(), ()
    if old := _OLD.match(text, match.end()):
        return "age", 1.0, old.end(), ()
    behind = list(_behind(text, match.end()))
    for word, end in behind[:2]:
        if word in UNITS:
            return *UNITS[word], end, ()
        if word in CURRENCIES:
            return CURRENCIES[word], 1.0, end, ()
    return "", 1.0, match.end(), tuple(stem(word) for word, _ in behind)


def _behind(text: str, end: int) -> Iterator[tuple[str, int]]:
    """Yield the words right behind a number, up to one that cannot belong to the noun phrase."""
    for _ in range(_LONGEST_PHRASE):
        match = _WORD.match(text, end)
        if not match or match[1].lower() in _NO_NOUN or is_date(match[1]):
            return
        end = match.end()
        yield match[1].lower(), end


def _qualified(text: str, match: re.Match[str], exact: Quantity) -> Quantity:
    """Return a quantity with what stands before its number, or right behind it, taken into account."""
    near = max(0, match.start() - _QUALIFIER), match.start()
    if found := _ABOVE.search(text, *near):
        return replace(exact, high=math.inf, precision=Precision.OPEN, start=found.start())
    if _ABOVE_BEHIND.match(text, match.end()):
        return replace(exact, high=math.inf, precision=Precision.OPEN)
    if found := _BELOW.search(text, *near):
        return replace(exact, low=0.0, precision=Precision.OPEN, start=found.start())
    if found := _ABOUT.search(text, *near):
        low, high = exact.low * (1 - _ROUGH), exact.high * (1 + _ROUGH)
        return replace(exact, low=low, high=high, precision=Precision.ROUGH, start=found.start())
    return exact


def _ranges(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Merge "10 to 12 miles" and "between 10 and 12"."""
    merged = False
    for left, right in itertools.zip_longest(found, found[1:]):
        if merged:
            merged = False
        elif right is not None and _is_range(text, left, right):
            merged = True
            low = left.low if left.unit else left.low * right.factor
            whole = text[left.start : right.end]
            yield replace(right, low=low, precision=Precision.ROUGH, start=left.start, text=whole)
        else:
            yield left


def _is_range(text: str, left: Quantity, right: Quantity) -> bool:
    joint = _JOINT.fullmatch(text, left.end, right.start)
    if not joint or left.nouns or left.unit not in {"", right.unit}:
        return False
    near = max(0, left.start - _QUALIFIER), left.start
    return (
        bool(_BETWEEN.search(text, *near))
        if "and" in joint.group().lower()
        else not _FROM.search(text, *near)
    )


def _rounded(one: Quantity, other: Quantity) -> bool:
    """Tell whether one number is the other, rounded; small whole numbers are not rounded."""
    numbers = (one.number / one.factor, other.number / other.factor)
    coarse, fine = sorted(numbers, key=lambda value: (len(_digits(value)), value))
    if not coarse or (coarse < _LEAST_ROUNDED and coarse.is_integer() and fine.is_integer()):
        return False
    near = float(f"{fine:.{len(_digits(coarse)) - 1}e}")
    most = _ROUNDED if coarse >= _MANY else _ROUGH
    return math.isclose(near, coarse) and math.isclose(fine, coarse, rel_tol=most)


def _digits(value: float) -> str:
    """Return the significant digits of a number."""
    return f"{value:.9e}".split("e", maxsplit=1)[0].replace(".", "").rstrip("0")
