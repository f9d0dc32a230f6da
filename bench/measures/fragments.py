"""How much of a summary is copied: extractive fragments (Grusky et al., 2018, "Newsroom", figure 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WORD = re.compile(r"\w+(?:[.,'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Extractiveness:
    """How much a summary copies.

    Attributes:
        coverage: Share of its words that stand in a copied fragment, from 0 to 1.
        density: Mean length of the fragment in which a word stands, squared lengths over words.
    """

    coverage: float
    density: float


def extractiveness(article: str, summary: str) -> Extractiveness:
    """Compare a summary, word by word, with what it was made of."""
    source, said = _words(article), _words(summary)
    lengths = list(fragments(source, said))
    count = max(1, len(said))
    return Extractiveness(sum(lengths) / count, sum(length**2 for length in lengths) / count)


def fragments(source: Sequence[str], said: Sequence[str]) -> Iterator[int]:
    """Yield the length of each longest piece of ``said``, read from its start, that ``source`` holds."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(source):
        places.setdefault(word, []).append(place)
    start = 0
    while start < len(said):
        if length := _longest(source, said, start, places):
            yield length
        start += max(1, length)


def _longest(
    source: Sequence[str], said: Sequence[str], start: int, places: Mapping[str, Sequence[int]]
) -> int:
    return max((_shared(source[place:], said[start:]) for place in places.get(said[start], ())), default=0)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two texts have in common from their starts on."""
    length = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        length += 1
    return length


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
