"""Passages that two texts share word for word, outside quotation marks.

What several reporters heard, they quote alike; what they write themselves, they word alike only if one
has the other's text, or both have a third one's. Texts are compared by shingles of five words (Broder,
1997), which are numbered exactly, so that no two of them are ever taken for one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from service.domain import Span
from service.language.quotation import outside_quotations
from service.language.words import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_SHINGLE = 5
# In words: a shorter run is a name, an office or a phrase that all use.
_PASSAGE = 8
# Texts with fewer distinct shingles in common cannot share a passage that is worth telling.
_LEAST_COMMON = _PASSAGE - _SHINGLE + 1
# Where a shingle that stands in a text again and again is looked for.
_PLACES = 64


@dataclass(frozen=True, slots=True)
class Prose:
    """The words of a text outside quotation marks, in lower case; an empty one stands between two ranges.

    Attributes:
        words: The words.
        spans: Where each stands; that of an empty word means nothing.
    """

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def length(self) -> int:
        """How many words there are."""
        return sum(map(bool, self.words))


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share.

    Attributes:
        left: Index of the first text.
        right: Index of the second one, which is greater.
        words: How many words of each, or of the one with fewer, stand in passages of both.
        share: These as a share of the shorter text, from 0 to 1.
        longest: Words in the longest passage.
        span: Where it stands in the first text.
        other_span: Where it stands in the second one.
    """

    left: int
    right: int
    words: int
    share: float
    longest: int
    span: Span
    other_span: Span


def prose(text: str, blocks: Sequence[Span]) -> Prose:
    """Read the words of some blocks of a text outside quotation marks. No passage crosses a block."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for block in blocks:
        for start, end in outside_quotations(block.of(text)):
            for match in WORD.finditer(text, block.start + start, block.start + end):
                words.append(match.group().casefold().replace("’", "'"))
                spans.append(match.span())
            words.append("")
            spans.append((0, 0))
    return Prose(tuple(words), tuple(spans))


def overlaps(texts: Sequence[Prose]) -> Iterator[Overlap]:
    """Yield what any two texts share, in order, for those that share a passage.

    The work grows with the words, and with what the texts have in common.
    """
    shingles = _shingles(texts)
    for left, right in _candidates(shingles):
        here, there = _Shared.of(shingles[left], shingles[right]), _Shared.of(shingles[right], shingles[left])
        if here.longest and there.longest:
            yield _overlap(texts, shingles, (left, right), (here, there))


@dataclass(frozen=True, slots=True)
class _Shared:
    """Passages of one text that stand in another: how many words, and the longest one's start and length."""

    words: int
    start: int
    longest: int

    @classmethod
    def of(cls, own: Integers, others: Integers) -> _Shared:
        """Find maximal runs of shingles that the other text has as well."""
        known = np.zeros(max(own.max(initial=0), others.max(initial=0)) + 1, dtype=np.bool_)
        known[others[others >= 0]] = True
        inside = np.concatenate(([False], known[own] & (own >= 0), [False]))
        starts, ends = np.flatnonzero(np.diff(inside)).reshape(-1, 2).T
        lengths = ends - starts + _SHINGLE - 1
        long = lengths >= _PASSAGE
        starts, lengths = starts[long], lengths[long]
        if not len(starts):
            return cls(0, 0, 0)
        # Runs close to each other share words, which count once.
        gaps = np.minimum(lengths[:-1], np.diff(starts))
        best = int(np.argmax(lengths))
        return cls(int(gaps.sum() + lengths[-1]), int(starts[best]), int(lengths[best]))


def _shingles(texts: Sequence[Prose]) -> list[Integers]:
    """Number the shingles of all texts; -1 where one would cross a gap. Shape of each: ``(places,)``."""
    numbers: dict[str, int] = {"": 0}
    words = np.array(
        [
            numbers.setdefault(word, len(numbers))
            for text in texts
            for word in (*text.words, *[""] * _SHINGLE)
        ],
        dtype=np.int64,
    )
    if not len(words):
        return []
    pairs = _paired(words[:-1], words[1:])
    fours = _paired(pairs[:-2], pairs[2:])
    fives = _paired(fours[:-1], words[_SHINGLE - 1 :])
    whole = np.lib.stride_tricks.sliding_window_view(words > 0, _SHINGLE).all(axis=1)
    numbered = np.concatenate([np.where(whole, fives, -1), np.full(_SHINGLE - 1, -1)])
    ends = list(itertools.accumulate(len(text.words) + _SHINGLE for text in texts))
    return [numbered[start:end] for start, end in itertools.pairwise([0, *ends])]


def _paired(left: Integers, right: Integers) -> Integers:
    """Number pairs of numbers, equal ones alike."""
    codes = left * (int(right.max()) + 1) + right
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


def _candidates(shingles: Sequence[Integers]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts, in order, with enough shingles in common."""
    rows = [np.unique(own[own >= 0]) for own in shingles]
    if not any(map(len, rows)):
        return
    flat = np.concatenate(rows)
    starts = np.cumsum([0, *map(len, rows)])
    holds = csr_array((np.ones(len(flat), dtype=np.int32), flat, starts), shape=(len(rows), flat.max() + 1))
    common = (holds @ holds.T).tocoo()
    enough = (common.data >= _LEAST_COMMON) & (common.row < common.col)
    yield from sorted(zip(common.row[enough].tolist(), common.col[enough].tolist(), strict=True))


def _overlap(
    texts: Sequence[Prose],
    shingles: Sequence[Integers],
    pair: tuple[int, int],
    shared: tuple[_Shared, _Shared],
) -> Overlap:
    (left, right), (here, there) = pair, shared
    start, other, longest = _example(shingles[left], shingles[right], here)
    words = min(here.words, there.words)
    return Overlap(
        left,
        right,
        words,
        words / min(texts[left].length, texts[right].length),
        longest,
        _span(texts[left], start, longest),
        _span(texts[right], other, longest),
    )


def _example(own: Integers, others: Integers, shared: _Shared) -> tuple[int, int, int]:
    """Return where a passage starts in both texts, and its words: the longest run, as far as they agree."""
    best = (shared.start, 0, 0)
    for other in np.flatnonzero(others == own[shared.start])[:_PLACES].tolist():
        agreed = 0
        most = min(shared.longest - _SHINGLE + 1, len(others) - other)
        same = own[shared.start : shared.start + most] == others[other : other + most]
        agreed = most if same.all() else int(np.argmin(same))
        if agreed + _SHINGLE - 1 > best[2]:
            best = (shared.start, other, agreed + _SHINGLE - 1)
    return best


def _span(text: Prose, start: int, length: int) -> Span:
    return Span(text.spans[start][0], text.spans[start + length - 1][1])
