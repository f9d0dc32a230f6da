"""Relevance: sentences of another story or language leave; the story is what several articles share.

A sentence is as relevant as the closest sentences of the *other* articles say. So the longest article
never decides alone, and with one article nothing is judged. Where articles fall into groups that share no
story, that of most articles is kept, and the others leave.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

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
# Articles are close to each other as their median sentences have close ones in the other; how much of each is
# read, and from where on they tell of one event. Calibrated on mixtures of two Multi-News clusters, see
# docs/decisions/0012-events.md.
_READ = 20
_EVENT = 0.32
# In sentences: what says less tells of no event by itself.
_TELLING = 3


@dataclass(frozen=True, slots=True)
class Relevance:
    """What belongs to the story.

    Attributes:
        kept: Indices of the sentences that do.
        removed: Indices of those that do not, and why.
        unrelated: Indices of articles that as a whole seem to tell another story.
        events: Indices of articles by the event that they tell of, the kept one first; none if all tell one.
    """

    kept: tuple[int, ...]
    removed: Mapping[int, RemovalReason]
    unrelated: tuple[int, ...]
    events: tuple[tuple[int, ...], ...]


def relevance(encoded: Encoded) -> Relevance:
    """Judge every sentence by its language, and by its closest sentences in other articles."""
    unfit = _unfit(encoded.sentences)
    fit = [index for index in range(len(encoded.sentences)) if index not in unfit]
    events = _events(encoded.take(fit))
    others = {source for event in events[1:] for source in event}
    left = [index for index in fit if encoded.sentences[index].source not in others]
    off_topic, unrelated = _off_topic(encoded.take(left))
    kept = sorted(set(left) - {left[index] for index in off_topic})
    removed = unfit | dict.fromkeys(sorted(set(fit) - set(kept)), RemovalReason.OFF_TOPIC)
    return Relevance(tuple(kept), removed, unrelated, events)


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


def _events(encoded: Encoded) -> tuple[tuple[int, ...], ...]:
    """Return the articles by event, the largest group first, then in their order; none if all tell one.

    An event is told by two articles or more; others go with the event that they are nearest to, if they are
    near one. Where no two articles share an event, each that has something to tell tells its own.
    """
    articles, closeness = _closeness(encoded)
    if len(articles) < 2:  # noqa: PLR2004 - there are no two events in one article
        return ()
    distance = np.clip(1.0 - closeness, 0.0, None)
    np.fill_diagonal(distance, 0.0)
    labels = fcluster(linkage(squareform(distance), method="average"), 1.0 - _EVENT, criterion="distance")
    groups = [np.flatnonzero(labels == label) for label in dict.fromkeys(labels.tolist())]
    events = [group for group in groups if len(group) > 1]
    events = _joined(events, closeness) if events else _alone(encoded, articles, closeness)
    events.sort(key=len, reverse=True)
    return tuple(tuple(articles[event].tolist()) for event in events) if len(events) > 1 else ()


def _joined(events: Sequence[NDArray[np.int64]], closeness: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Return the events, each with the articles that are near it and of none."""
    near = np.stack([closeness[:, event].mean(axis=1) for event in events])
    nearest = np.where(near.max(axis=0) >= _UNRELATED, near.argmax(axis=0), -1)
    for number, event in enumerate(events):
        nearest[event] = number
    return [np.flatnonzero(nearest == number) for number in range(len(events))]


def _alone(
    encoded: Encoded, articles: NDArray[np.int64], closeness: NDArray[np.float64]
) -> list[NDArray[np.int64]]:
    """Return each article that tells something as an event, if none of them is even near another."""
    lengths = Counter(sentence.source for sentence in encoded.sentences)
    telling = np.flatnonzero([lengths[article] >= _TELLING for article in articles.tolist()])
    near = closeness[np.ix_(telling, telling)] >= _UNRELATED
    np.fill_diagonal(near, val=False)
    return [] if near.any() else [telling[[place]] for place in range(len(telling))]


def _closeness(encoded: Encoded) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the articles, and how close each is to each, from -1 to 1. Shape: ``(articles, articles)``.

    It is the mean, over both, of how close the closest sentence of the other is to their median sentence.
    """
    sources = np.array([sentence.source for sentence in encoded.sentences], dtype=np.int64)
    articles = np.unique(sources)
    read = [encoded.vectors[sources == article][:_READ] for article in articles]
    medians = np.array(
        [[float(np.median((own @ other.T).max(axis=1))) for other in read] for own in read]
    ).reshape(len(articles), len(articles))
    # Rounded, so that equal distances stay equal in whatever order the articles come.
    return articles, ((medians + medians.T) / 2).round(5)


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
            # A scrap cannot tell what a whole article is about.
            if 2 * len(own) <= len(sources):
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
