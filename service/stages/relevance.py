"""Relevance: sentences of another story or language leave; the story is what several articles share.

A sentence is as relevant as the closest sentences of the *other* articles say. So the longest article
never decides alone, and with one article nothing is judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.domain import RemovalReason
from service.language.identify import is_foreign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from service.domain import Encoded, Sentence

# Shares of the article's own median score. Calibrated on 40 Multi-News clusters with the first three
# sentences of another story appended to every second article: 85 % of those leave, and 2.3 % of the others.
_ALIEN = 0.25
_TAIL = 0.75
_TAIL_WEIGHT = 0.2
_CLOSEST = 3
# In sentences, to bound memory.
_BLOCK = 512
# In characters: what is longer is no sentence that could be quoted.
_LONGEST = 1_000
# An article whose median is below this tells another story: nothing in it is measured by its own level.
_UNRELATED = 0.25


@dataclass(frozen=True, slots=True)
class Relevance:
    """What belongs to the story.

    Attributes:
        kept: Indices of the sentences that do.
        removed: Indices of those that do not, and why.
        unrelated: Indices of articles that as a whole seem to tell another story.
    """

    kept: tuple[int, ...]
    removed: Mapping[int, RemovalReason]
    unrelated: tuple[int, ...]


def relevance(encoded: Encoded) -> Relevance:
    """Judge every sentence by its language, and by its closest sentences in other articles."""
    unfit = _unfit(encoded.sentences)
    fit = [index for index in range(len(encoded.sentences)) if index not in unfit]
    off_topic, unrelated = _off_topic(encoded.take(fit))
    removed = unfit | {fit[index]: RemovalReason.OFF_TOPIC for index in off_topic}
    kept = tuple(index for index in fit if index not in removed)
    return Relevance(kept, removed, unrelated)


def _unfit(sentences: Sequence[Sentence]) -> dict[int, RemovalReason]:
    """Return the indices of sentences that their own text rules out, and why."""
    unfit: dict[int, RemovalReason] = {}
    seen: set[tuple[int, str]] = set()
    for index, sentence in enumerate(sentences):
        key = (sentence.source, " ".join(sentence.text.casefold().split()))
        if len(sentence.text) > _LONGEST:
            unfit[index] = RemovalReason.FRAGMENT
        elif key in seen:
            unfit[index] = RemovalReason.DUPLICATE
        elif is_foreign(sentence.text):
            unfit[index] = RemovalReason.LANGUAGE
        seen.add(key)
    return unfit


def _off_topic(encoded: Encoded) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the indices of sentences, and those of articles, that seem to tell another story."""
    sources = np.array([sentence.source for sentence in encoded.sentences], dtype=np.int64)
    articles = np.unique(sources)
    if len(articles) < 2:  # noqa: PLR2004 - a story needs two tellers
        return (), ()
    scores = _scores(encoded, sources, articles)
    off_topic = np.zeros(len(scores), dtype=bool)
    unrelated = []
    for article in articles:
        own = np.flatnonzero(sources == article)
        level = float(np.median(scores[own]))
        if level < _UNRELATED:
            unrelated.append(int(article))
            continue
        off_topic[own] = scores[own] < _ALIEN * level
        tail = own[_tail_start(scores[own] / level) :]
        off_topic[tail] |= scores[tail] < _TAIL * level
    return tuple(map(int, np.flatnonzero(off_topic))), tuple(unrelated)


def _scores(encoded: Encoded, sources: NDArray[np.int64], articles: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the mean cosine to the three closest sentences of other articles. Shape: ``(sentences,)``."""
    scores = np.zeros(len(sources), dtype=np.float32)
    for article in articles:
        others = encoded.vectors[sources != article].T
        closest = min(_CLOSEST, others.shape[1])
        own = np.flatnonzero(sources == article)
        for rows in np.array_split(own, math.ceil(len(own) / _BLOCK)):
            similarities = encoded.vectors[rows] @ others
            scores[rows] = np.partition(similarities, -closest, axis=1)[:, -closest:].mean(axis=1)
    return scores


def _tail_start(scores: NDArray[np.float32]) -> int:
    """Return where an off-topic tail starts: the suffix that falls furthest below the article's level."""
    evidence = np.cumsum((_TAIL - scores)[::-1])
    longest = int(np.argmax(evidence))
    return len(scores) - longest - 1 if evidence[longest] > _TAIL_WEIGHT else len(scores)
