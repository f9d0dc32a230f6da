"""What sentences state that can be compared to the letter, and when two of them cannot state the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from service.language.calendar import dates
from service.language.names import relations
from service.language.numbers import numbers
from service.language.words import lexicon, words

_QUOTATION = re.compile(r"[“\"«]([^“”\"«»]{2,}?)[”\"»]|(?<!\w)‘([^‘]{2,}?)’(?!\w)|(?<!\w)'([^']{2,}?)'(?!\w)")
NEGATORS = lexicon("no not never neither nor none nobody nothing without cannot")
# "May" with a capital is a month; "would" tells the future in the past and is not counted.
_POSSIBLE = re.compile(r"\b(?:may|[Mm]ight|[Cc]ould|[Pp]ossibl[ey]|[Pp]erhaps|[Mm]aybe|[Ll]ikely|[Ii]f)\b")
_DENIALS = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?"
    r"|disput(?:e|es|ed|ing)|refus(?:e|es|ed|ing|al)|fail(?:s|ed|ing)? to|unable|unlikely)\b",
    re.IGNORECASE,
)


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
        dates: Weekdays, months and words such as "today".
        negated: Whether the sentence denies something.
        possible: Whether it tells a possibility or a condition, not a fact.
        relations: Pairs of names, in order, that stand close together with a word between that relates them.
    """

    numbers: frozenset[str]
    dates: frozenset[str]
    negated: bool
    possible: bool
    relations: frozenset[tuple[str, str]]

    def states_all_of(self, other: Facts) -> bool:
        """Tell whether every exact number and every date of the other sentence stands in this one."""
        exact = {number for number in other.numbers if number[0].isdigit()}
        return exact <= self.numbers and other.dates <= self.dates

    def disagree(self, other: Facts) -> Disagreement | None:
        """Return why two sentences cannot state the same thing, or None if they can.

        They cannot if one is negated, or tells a possibility, and the other is or does not; if each has a
        number, or each a date, that the other has not; or if two names are related in one the other way round
        than in the other: "Russia may help North Korea" is neither "Russia helped North Korea" nor "North
        Korea may help Russia".
        """
        if self.negated != other.negated:
            return Disagreement.NEGATION
        if self.possible != other.possible:
            return Disagreement.MODALITY
        if _differ(self.numbers, other.numbers):
            return Disagreement.NUMBER
        if _differ(self.dates, other.dates):
            return Disagreement.DATE
        return Disagreement.RELATION if _swapped(self.relations, other.relations) else None


def facts(text: str, known: frozenset[str] = frozenset()) -> Facts:
    """Return the comparable facts of a sentence.

    Args:
        text: The sentence.
        known: Words in lower case that are names even at the start of a sentence.
    """
    possible = bool(_POSSIBLE.search(text))
    return Facts(numbers(text), dates(text), negated(text), possible, relations(text, known))


def negated(text: str) -> bool:
    """Tell whether a sentence holds a negation or a verb of denial."""
    found = [word.lower() for word in words(text)]
    return any(word in NEGATORS or word.endswith("n't") for word in found) or bool(_DENIALS.search(text))


def quotations(text: str) -> list[str]:
    """Return what stands between quotation marks, without them."""
    return [next(filter(None, match.groups())) for match in _QUOTATION.finditer(text)]


def _differ(left: frozenset[str], right: frozenset[str]) -> bool:
    return not (left <= right or right <= left)


def _swapped(left: frozenset[tuple[str, str]], right: frozenset[tuple[str, str]]) -> bool:
    """Tell whether two names are related one way here and only the other way there."""
    return any(pair not in right and pair[::-1] in right and pair[::-1] not in left for pair in left)
