"""Whether a sentence tells what was or what will be at some place in it; where that is not sure, neither.

English without a parser: the words that mark a tense in the same clause decide, the nearest one before the
place first.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.language.events import events
from service.language.words import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.language.events import Token

_PLANNED = r"(?:\w+ly )?(?:to|due|set|scheduled|expected|slated|planning|preparing|going|poised)"
_FUTURE = re.compile(rf"(?:\b(?:will|won't|shall|is {_PLANNED}|are {_PLANNED}|plans? to|hopes? to)|\w'll) $")
# "Would visit", "they'd visit" and "was due" may be before or after the day of writing; so may a possibility.
_OPEN = re.compile(
    rf"\b(?:would|could|may|might|should|can|cannot|must|was {_PLANNED}|were {_PLANNED}|\w+'d) $"
)
_PAST = lexicon("was were had did has have been")
# What is told as planned by a participle alone, so that it may be over: "the vote scheduled for Tuesday".
_PARTICIPLES = lexicon("scheduled expected planned slated proposed due set")
_WIDTH = 4
# Words at most before a time that opens its sentence.
_OPENING = 2


class Tense(Enum):
    """When something is told to be."""

    PAST = auto()
    FUTURE = auto()


def tense(words: Sequence[Token], own: range, reach: int | None = None) -> Tense | None:
    """Return the tense at some words of a sentence, or None if it is not sure.

    Args:
        words: All words of the sentence.
        own: Which of them are asked for.
        reach: How many words before them a mark may stand at most.
    """
    clause = words[own.start].clause
    # The time itself marks none: "on May 3".
    marks = [mark for mark in _marks(words) if mark[0] not in own]
    inside = [mark for mark in marks if words[mark[0]].clause == clause]
    near = [mark for mark in inside if mark[0] < own.start][-1:] or inside[:1]
    if not near and own.start <= _OPENING:
        near = marks[:1]  # "On Tuesday, the ministry said ..."
    if near:
        far = reach is not None and own.start - near[0][0] > reach
        return None if far else near[0][1]
    told = {found for _, found in marks}
    return told.pop() if len(told) == 1 else None


def _marks(words: Sequence[Token]) -> Iterator[tuple[int, Tense | None]]:
    """Yield the places of the words that mark a tense, in order; what leaves it open has None."""
    past = {event.order for event in events(words) if _is_past(words[event.order])}
    for order, word in enumerate(words):
        before = "".join(f"{other.lower} " for other in words[max(0, order + 1 - _WIDTH) : order + 1])
        if _OPEN.search(before) or (word.lower in _PARTICIPLES and not _FUTURE.search(before)):
            yield order, None
        elif _FUTURE.search(before):
            yield order, Tense.FUTURE
        elif order in past or word.lower in _PAST:
            yield order, Tense.PAST


def _is_past(word: Token) -> bool:
    return not word.lower.endswith(("ing", "s")) and word.lower not in _PARTICIPLES
