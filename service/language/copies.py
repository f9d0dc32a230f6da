"""Sentences that are nearly copies of each other: which words stand at the same place, and what was changed.

Names and negations are only told to differ where everything around them is the same, for without a parser
nothing else says that they fill the same role.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.language.calendar import CALENDAR
from service.language.events import tokens
from service.language.scope import NEGATORS
from service.language.words import FUNCTION_WORDS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.language.events import Token

AFFIRMED, DENIED = "affirmed", "denied"
# Of the content words of the longer sentence, how many must stand in a near copy of it, in their order.
_SHARED, _SHARED_BUT_DENIED = 0.75, 0.85
_LEAST = 5
# Function words that may stand beside a value in one sentence and not in the other.
_SLACK = 3
# "Not until May" and "not only" deny nothing.
_NO_DENIAL = lexicon("until only just")
# What is still to come is not contradicted by what has not happened.
_TO_COME = lexicon("will won't would wouldn't to")
_WHERE = lexicon("in at near from outside to")
# Spellings of one name are more alike than this (Ratcliff and Obershelp, 1988).
_SPELLING = 0.7


class Difference(Enum):
    """In what two near copies differ."""

    PERSON = auto()
    PLACE = auto()
    POLARITY = auto()


@dataclass(frozen=True, slots=True)
class Edit:
    """The one thing in which two near copies differ.

    Attributes:
        difference: What kind of thing it is.
        values: What the first and what the second say.
        stems: The stems of both, to see whether an article knows the other's name; empty for a negation.
    """

    difference: Difference
    values: tuple[str, str]
    stems: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two sentences, word by word.

    Attributes:
        left: The words of one.
        right: The words of the other.
        pairs: Places of the words that stand in both, in order.
    """

    left: tuple[Token, ...]
    right: tuple[Token, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def words(self) -> int:
        """How many content words stand in both, in order."""
        return _content([self.left[place] for place, _ in self.pairs])

    @property
    def share(self) -> float:
        """Which share of the content words of the shorter one that is, from 0 to 1."""
        return self.words / max(min(_content(self.left), _content(self.right)), 1)

    def same_place(self, left: range, right: range) -> bool:
        """Tell whether two ranges of words have the same neighbours, with no other word of weight between."""
        before = max((pair for pair in self.pairs if _precedes(pair, left, right)), default=(-1, -1))
        ends = len(self.left), len(self.right)
        after = min(
            (pair for pair in self.pairs if pair[0] >= left.stop and pair[1] >= right.stop), default=ends
        )
        beside = (
            (*self.left[before[0] + 1 : left.start], *self.left[left.stop : after[0]]),
            (*self.right[before[1] + 1 : right.start], *self.right[right.stop : after[1]]),
        )
        return max(map(len, beside)) <= _SLACK and not any(map(_content, beside))

    def edit(self) -> Edit | None:
        """Return the one thing of a known kind in which the sentences differ, if they are nearly copies."""
        longer = max(_content(self.left), _content(self.right))
        if self.words < max(_LEAST, _SHARED * longer):
            return None
        gaps = list(self._gaps())
        alike = self.words >= _SHARED_BUT_DENIED * longer
        found = [*(self._polarity(gaps) if alike else ()), *_names(gaps)]
        return found[0] if len(found) == 1 else None

    def _gaps(self) -> Iterator[tuple[Sequence[Token], Sequence[Token], Token | None]]:
        """Yield what stands in each between two words that stand in both, and the word before."""
        last = (-1, -1)
        for pair in (*self.pairs, (len(self.left), len(self.right))):
            gap = self.left[last[0] + 1 : pair[0]], self.right[last[1] + 1 : pair[1]]
            if any(gap):
                yield *gap, self.left[last[0]] if last[0] >= 0 else None
            last = pair

    def _polarity(
        self, gaps: Sequence[tuple[Sequence[Token], Sequence[Token], Token | None]]
    ) -> Iterator[Edit]:
        """Yield a negation that only one of the sentences has, if no word of weight differs at its place."""
        denials = sum(map(_negates, self.left)), sum(map(_negates, self.right))
        if sorted(denials) != [0, 1] or any(word.lower in _NO_DENIAL for word in (*self.left, *self.right)):
            return
        values = (AFFIRMED, DENIED) if denials[1] else (DENIED, AFFIRMED)
        for left, right, _ in gaps:
            plain = not _content(left) + _content(right) and _is_to_come(left) is _is_to_come(right)
            if plain and any(map(_negates, (*left, *right))):
                yield Edit(Difference.POLARITY, values)


def align(left: str, right: str) -> Alignment:
    """Align two sentences by the stems that both have in the same order."""
    one, other = tokens(left), tokens(right)
    matcher = SequenceMatcher(
        None, [word.stem for word in one], [word.stem for word in other], autojunk=False
    )
    blocks = matcher.get_matching_blocks()
    return Alignment(
        one, other, tuple((block.a + step, block.b + step) for block in blocks for step in range(block.size))
    )


def _precedes(pair: tuple[int, int], left: range, right: range) -> bool:
    return pair[0] < left.start and pair[1] < right.start


def _content(words: Sequence[Token]) -> int:
    return sum(word.lower not in FUNCTION_WORDS and not _negates(word) for word in words)


def _negates(word: Token) -> bool:
    return word.lower in NEGATORS or word.lower.endswith("n't")


def _is_to_come(words: Sequence[Token]) -> bool:
    return any(word.lower in _TO_COME for word in words)


def _names(gaps: Sequence[tuple[Sequence[Token], Sequence[Token], Token | None]]) -> Iterator[Edit]:
    """Yield names that stand at one place and are not spellings of one."""
    for left, right, before in gaps:
        if before is None or not left or not right or not all(map(_is_name, (*left, *right))):
            continue
        stems = frozenset(word.stem for word in left), frozenset(word.stem for word in right)
        values = " ".join(word.text for word in left), " ".join(word.text for word in right)
        if stems[0] & stems[1] or SequenceMatcher(None, *values).ratio() >= _SPELLING:
            continue
        if before.lower in _WHERE:
            yield Edit(Difference.PLACE, values, stems)
        elif not before.capital and len(left) > 1 and len(right) > 1:  # a first name and a surname
            yield Edit(Difference.PERSON, values, stems)


def _is_name(word: Token) -> bool:
    """Tell whether a word is part of a name that is written out; initials can stand for the other name."""
    plain = word.lower in FUNCTION_WORDS or word.lower in CALENDAR
    return word.capital and not word.text.isupper() and not plain
