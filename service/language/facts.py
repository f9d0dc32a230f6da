"""What sentences state that can be compared to the letter, and when two of them cannot state the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.language.calendar import dates
from service.language.names import names, relations
from service.language.numbers import numbers
from service.language.opposites import opposed, sides
from service.language.quantities import Agreement, quantities
from service.language.scope import DENIALS, NEGATORS, POSSIBLE, denied, supposed
from service.language.units import CURRENCIES
from service.language.words import content_stems, stem, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.language.quantities import Quantity
    from service.language.scope import Clauses

_QUOTATION = re.compile(r"[“\"«]([^“”\"«»]{2,}?)[”\"»]|(?<!\w)‘([^‘]{2,}?)’(?!\w)|(?<!\w)'([^']{2,}?)'(?!\w)")
# Of each kind a sentence that has one is held against one that has another, and not those of two kinds.
_MARKS = tuple(
    re.compile(rf"\b(?:{kind})\b", re.IGNORECASE)
    for kind in (
        r"(?:1[5-9]|20)?\d0s",
        r"(?<!a )(?<!one )(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)|\d+(?:st|nd|rd|th)",
        r"half|(?:a|one|two)[ -]thirds?|(?:a|one|three)[ -]quarters?",
        r"dozens|hundreds|thousands|millions|billions",
    )
)
_MONEY = frozenset("$€£") | frozenset(CURRENCIES.values())
# Quantities of one sentence that are compared.
_MOST = 8
# Of the words of a clause, how many the other sentence must have to be about the same.
_SHARED = 1 / 3
# Of the words of two sentences that are no names, how many they must share to be nearly copies.
_COPY = 0.7
_YEAR = re.compile(r"(?<![\w,.$€£])(?:1[5-9]\d\d|20\d\d)(?![\w,]|\.\d)")


class Disagreement(Enum):
    """What two sentences differ in."""

    NEGATION = auto()
    MODALITY = auto()
    NUMBER = auto()
    DATE = auto()
    RELATION = auto()


@dataclass(frozen=True, slots=True)
class Facts:
    """The comparable facts of a sentence.

    Attributes:
        numbers: Normalised; years count as numbers.
        quantities: How many or how much of what; years are none.
        years: Those that stand alone.
        dates: Weekdays, months and words such as "today".
        negated: Whether the sentence denies something.
        possible: Whether it tells a possibility or a condition, not a fact.
        denied: Stems of each clause that it denies.
        supposed: Stems of each clause that it only holds possible, or makes a condition.
        stems: Of all words that carry meaning.
        sides: Of pairs of opposites, those that its words take.
        marks: Decades, ordinals, fractions, and vague numbers such as "dozens".
        names: Words in lower case that are part of a name.
        relations: Pairs of names, in order, that stand close together with a word between that relates them.
    """

    numbers: frozenset[str]
    quantities: tuple[Quantity, ...]
    years: frozenset[str]
    dates: frozenset[str]
    negated: bool
    possible: bool
    denied: Clauses
    supposed: Clauses
    stems: frozenset[str]
    sides: frozenset[tuple[int, int]]
    marks: tuple[frozenset[str], ...]
    names: frozenset[str]
    relations: frozenset[tuple[str, str]]

    def states_all_of(self, other: Facts) -> bool:
        """Tell whether every exact number and every date of the other sentence stands in this one."""
        exact = {number for number in other.numbers if number[0].isdigit()}
        return exact <= self.numbers and other.dates <= self.dates

    def disagree(self, other: Facts) -> Disagreement | None:
        """Return why two sentences cannot state the same thing, or None if they can.

        They cannot if one denies, or only holds possible, a clause that the other states; if a word of one is
        the opposite of a word of the other; if each has a quantity of the same, a year, a decade, an ordinal
        or a date that the other has not; if they are nearly copies of different names; or if two names are
        related in one the other way round than in the other: "Russia may help North Korea" is neither "Russia
        helped North Korea" nor "North Korea may help Russia". What else one of them says is no matter.
        """
        found = [reason for reason in (self._differs(other), other._differs(self)) if reason]
        return min(found, key=lambda reason: reason.value, default=None)

    def contradict(self, other: Facts) -> Disagreement | None:
        """Return why what one sentence states cannot be read in the other, or None if it can.

        Beside what :meth:`disagree` asks, neither may deny something, or hold it possible, if the other does
        not: what is cited must leave no doubt.
        """
        if self.negated != other.negated:
            return Disagreement.NEGATION
        if self.possible != other.possible:
            return Disagreement.MODALITY
        return self.disagree(other)

    def _differs(self, other: Facts) -> Disagreement | None:
        if self._unlike(self.denied, other, other.denied) or opposed(self.sides, other.sides):
            return Disagreement.NEGATION
        if self._unlike(self.supposed, other, other.supposed):
            return Disagreement.MODALITY
        marks = zip((self.years, *self.marks), (other.years, *other.marks), strict=True)
        if any(_differ(*pair) for pair in marks) or _count_apart(self.quantities, other.quantities):
            return Disagreement.NUMBER
        if _differ(self.dates, other.dates):
            return Disagreement.DATE
        swapped = _swapped(self.relations, other.relations)
        return Disagreement.RELATION if swapped or self._renames(other) else None

    def _unlike(self, clauses: Clauses, other: Facts, known: Clauses) -> bool:
        """Tell whether a clause of one sentence is shared by the other, but not as what it is."""
        return any(
            self._shares(clause, other) and not any(_alike(clause, theirs) for theirs in known)
            for clause in clauses
        )

    def _shares(self, clause: frozenset[str], other: Facts) -> bool:
        """Tell whether the other sentence has a third of a clause, or the clause is the whole sentence."""
        whole = len(clause) >= len(self.stems) - 1
        return whole or len(clause & other.stems) >= _SHARED * len(clause)

    def _renames(self, other: Facts) -> bool:
        """Tell whether each has a name that the other has not, and nearly all other words are the same."""
        if not _differ(self.names, other.names):
            return False
        known = self.names | other.names
        one, two = self.stems - known, other.stems - known
        return len(one & two) >= _COPY * max(len(one | two), 1)


def facts(text: str, known: frozenset[str] = frozenset()) -> Facts:
    """Return the comparable facts of a sentence.

    Args:
        text: The sentence.
        known: Words in lower case that are names even at the start of a sentence.
    """
    found, stems = numbers(text), content_stems(text)
    counted = quantities(text) if found else ()  # which take longer to find
    return Facts(
        numbers=found,
        # Of many numbers, no rule tells which are of the same.
        quantities=counted if len(counted) <= _MOST else (),
        years=frozenset(_YEAR.findall(text)),
        dates=dates(text),
        negated=negated(text),
        possible=bool(POSSIBLE.search(text)),
        denied=denied(text),
        supposed=supposed(text),
        stems=stems,
        sides=sides(text),
        marks=tuple(frozenset(map(str.lower, kind.findall(text))) for kind in _MARKS),
        names=frozenset(map(stem, names(text, known))),
        relations=relations(text, known),
    )


def negated(text: str) -> bool:
    """Tell whether a sentence holds a negation or a verb of denial."""
    found = [word.lower() for word in words(text)]
    return any(word in NEGATORS or word.endswith("n't") for word in found) or bool(DENIALS.search(text))


def quotations(text: str) -> list[str]:
    """Return what stands between quotation marks, without them."""
    return [next(filter(None, match.groups())) for match in _QUOTATION.finditer(text)]


def _count_apart(left: Sequence[Quantity], right: Sequence[Quantity]) -> bool:
    """Tell whether each side has a quantity of the same that the other has not."""
    lone = [one for one in left if not any(_agree(one, other) for other in right)]
    return any(
        _of_one(one, other) for other in right if not any(_agree(one, other) for one in left) for one in lone
    )


def _agree(one: Quantity, other: Quantity) -> bool:
    return _of_one(one, other) and one.unit == other.unit and one.agreement(other) is not Agreement.DIFFERENT


def _of_one(one: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities may be of the same: of one unit, or of one noun if both name a noun."""
    if one.unit in _MONEY and other.unit in _MONEY:
        return True
    if one.unit or other.unit or not (one.nouns and other.nouns):
        return one.unit == other.unit
    return not set(one.nouns).isdisjoint(other.nouns)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two clauses share half of the shorter one."""
    return 2 * len(one & other) >= min(len(one), len(other))


def _differ(left: frozenset[str], right: frozenset[str]) -> bool:
    return not (left <= right or right <= left)


def _swapped(left: frozenset[tuple[str, str]], right: frozenset[tuple[str, str]]) -> bool:
    """Tell whether two names are related one way here and only the other way there."""
    return any(pair not in right and pair[::-1] in right and pair[::-1] not in left for pair in left)
