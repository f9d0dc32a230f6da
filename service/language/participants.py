"""Who takes part in an event, and what sets it apart from others, by the words around it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from service.language.words import FUNCTION_WORDS, lexicon, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.language.events import Token

# Words that set an event or a number apart from the one of the day.
_APART = lexicon(
    """
    last first previous previously earlier again ago since former formerly later once second third fourth
    anniversary until till initial initially originally every each per daily weekly annually average averaged
    deadliest worst scene merger merged merging
    scheduled expected planned plans planning due will would could may might if yet
    """
)
# Before an infinitive: what is still to come, as "will" says it.
_AHEAD_OF_TO = lexicon(
    "is are was were be set hopes intends aims wants agreed agrees promised promises vowed"
)
_DETERMINERS = lexicon("a an the its his her their this that these those")
# Nouns of one kind of thing that is founded, or has members: one article's company is the other's firm.
_KINDS = {
    stem(noun): kind
    for kind, nouns in {
        "state": "state government country nation republic regime kingdom",
        "firm": "firm company business corporation enterprise startup",
        "school": "school college university academy institute",
        "group": "group organization organisation movement party association union league",
        "paper": "paper newspaper magazine journal",
        "team": "team club",
    }.items()
    for noun in nouns.split()
}
# Before the name of a place.
_WHERE = lexicon("in at near outside")


def set_apart(words: Sequence[Token]) -> frozenset[str]:
    """Return the words that set what a clause tells apart from what others tell: "last", "ago", "will"."""
    planned = any(
        one.lower in _AHEAD_OF_TO and other.lower == "to" for one, other in itertools.pairwise(words)
    )
    return (frozenset(word.lower for word in words) & _APART) | (
        frozenset({"to"}) if planned else frozenset()
    )


def places(words: Sequence[Token]) -> Iterator[Token]:
    """Yield the words of names behind "in": of "UBS, based in Zurich, was founded", Zurich."""
    behind = False
    for before, word in itertools.pairwise(words):
        name = word.capital and word.lower not in FUNCTION_WORDS
        behind = name and (before.lower in _WHERE or (behind and before.clause == word.clause))
        if behind:
            yield word


def subject_before(words: Sequence[Token], own: range, place: int) -> frozenset[str]:
    """Return the stems of the last name before an event that is not the name of a place."""
    name: list[str] = []
    located = set(places(words[:place]))
    for order in range(place - 1, -1, -1):
        word = words[order]
        if word in located:
            continue
        if word.capital and order not in own and word.lower not in FUNCTION_WORDS:
            name.append(word.stem)
        elif name:
            break
    return frozenset(name)


def head_behind(words: Sequence[Token], own: range, place: int) -> str:
    """Return the stem of the head of the noun phrase that follows an event right away, or an empty string.

    Args:
        words: The words of a sentence.
        own: Which of them are a value, and end the phrase.
        place: Which of them is the event.
    """
    head = ""
    for order in range(place + 1, len(words)):
        word = words[order]
        grammar = word.lower in FUNCTION_WORDS
        if word.clause != words[place].clause or order in own:
            break
        if grammar and (head or word.lower not in _DETERMINERS):
            break
        head = "" if grammar else _KINDS.get(word.stem, word.stem)
    return head
