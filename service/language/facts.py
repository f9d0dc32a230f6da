"""What sentences state that can be compared to the letter, and when two of them cannot state the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.language.calendar import dates
from service.language.names import relations
from service.language.numbers import numbers
from service.language.quantities import Agreement, quantities
from service.language.scope import DENIALS, NEGATORS, POSSIBLE, denied, supposed
from service.language.words import content_stems, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.language.quantities import Quantity

_QUOTATION = re.compile(r"[“\"«]([^“”\"«»]{2,}?)[”\"»]|(?<!\w)‘([^‘]{2,}?)’(?!\w)|(?<!\w)'([^']{2,}?)'(?!\w)")
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
        denied: Stems of what it denies.
        supposed: Stems of what it only holds possible, or makes a condition.
        stems: Of all words that carry meaning.
        relations: Pairs of names, in order, that stand close together with a word between that relates them.
    """

    numbers: frozenset[str]
    quantities: tuple[Quantity, ...]
    years: frozenset[str]
    dates: frozenset[str]
    negated: bool
    possible: bool
    denied: frozenset[str]
    supposed: frozenset[str]
    stems: frozenset[str]
    relations: frozenset[tuple[str, str]]

    def states_all_of(self, other: Facts) -> bool:
        """Tell whether every exact number and every date of the other sentence stands in this one."""
        exact = {number for number in other.numbers if number[0].isdigit()}
        return exact <= self.numbers and other.dates <= self.dates

    def disagree(self, other: Facts) -> Disagreement | None:
        """Return why two sentences cannot state the same thing, or None if they can.

        They cannot if one denies, or only holds possible, what the other states; if each has a quantity of
        the same, a year or a date that the other has not; or if two names are related in one the other way
        round than in the other: "Russia may help North Korea" is neither "Russia helped North Korea" nor
        "North Korea may help Russia". What else one of them says is no matter.
        """
        if self._denies(other) or other._denies(self):
            return Disagreement.NEGATION
        if self._doubts(other) or other._doubts(self):
            return Disagreement.MODALITY
        if _differ(self.years, other.years) or _count_apart(self.quantities, other.quantities):
            return Disagreement.NUMBER
        if _differ(self.dates, other.dates):
            return Disagreement.DATE
        return Disagreement.RELATION if _swapped(self.relations, other.relations) else None

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

    def _denies(self, other: Facts) -> bool:
        return not (self.denied & other.stems) <= other.denied

    def _doubts(self, other: Facts) -> bool:
        return not (self.supposed & other.stems) <= other.supposed


def facts(text: str, known: frozenset[str] = frozenset()) -> Facts:
    """Return the comparable facts of a sentence.

    Args:
        text: The sentence.
        known: Words in lower case that are names even at the start of a sentence.
    """
    found = numbers(text)
    return Facts(
        numbers=found,
        # Which take longer to find.
        quantities=quantities(text) if found else (),
        years=frozenset(_YEAR.findall(text)),
        dates=dates(text),
        negated=negated(text),
        possible=bool(POSSIBLE.search(text)),
        denied=denied(text),
        supposed=supposed(text),
        stems=content_stems(text),
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
    return _of_one(one, other) and one.agreement(other) is not Agreement.DIFFERENT


def _of_one(one: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities may be of the same: of one unit, or of one noun if both name a noun."""
    if one.unit or other.unit or not (one.nouns and other.nouns):
        return one.unit == other.unit
    return not set(one.nouns).isdisjoint(other.nouns)


def _differ(left: frozenset[str], right: frozenset[str]) -> bool:
    return not (left <= right or right <= left)


def _swapped(left: frozenset[tuple[str, str]], right: frozenset[tuple[str, str]]) -> bool:
    """Tell whether two names are related one way here and only the other way there."""
    return any(pair not in right and pair[::-1] in right and pair[::-1] not in left for pair in left)
