"""Sentences and where they stand, and disputes before they have numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from service.domain import ConflictSlot, ConflictStatus
    from service.similarity import Story


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, and everywhere that it stands to the letter.

    Attributes:
        text: The sentence.
        sentences: Indices of its places in the story, ascending; there is at least one.
        sources: Indices of the articles that have it.
    """

    text: str
    sentences: tuple[int, ...]
    sources: frozenset[int]


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a dispute.

    Attributes:
        value: It, as one of its sentences writes it.
        date: The date that it stands for if it is a relative day, or empty.
        texts: Where it stands.
    """

    value: str
    date: str
    texts: Collection[Text]


@dataclass(frozen=True, slots=True)
class Found:
    """A dispute before it has a number.

    Attributes:
        slot: What kind of thing it is.
        status: Whether the values can be true together.
        sides: The values. Two can be one text: "yesterday" of two days.
        what: What they are of, in words.
    """

    slot: ConflictSlot
    status: ConflictStatus
    sides: Sequence[Side]
    what: str


def texts_of(story: Story) -> tuple[Text, ...]:
    """Return the distinct sentences of a story, in the order of their first places."""
    places = defaultdict(list)
    for index, sentence in enumerate(story.sentences):
        places[sentence.text].append(index)
    return tuple(
        Text(text, tuple(found), frozenset(story.sentences[index].source for index in found))
        for text, found in places.items()
    )


def sources_of(texts: Iterable[Text]) -> frozenset[int]:
    """Return the articles that have any of some sentences."""
    return frozenset[int]().union(*(text.sources for text in texts))
