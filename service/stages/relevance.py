"""Relevance: sentences of another story or language leave; the story is what several articles share.

A sentence is as relevant as the closest sentences of the *other* articles say. So the longest article
never decides alone, and with one article nothing is judged. Where articles fall into groups that share no
story, that of most articles is kept, and the others leave.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from service.domain import RemovalReason
from service.language.factuality import is_command
from service.language.identify import is_foreign
from service.neighbours import is_large, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from service.domain import Encoded, Sentence, Vectors
    from service.ports import Check

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]

# Shares of the article's own median score. Calibrated on 40 Multi-News clusters with the first three
# sentences of another story appended to every second article: 85 % of those leave, and 2.3 % of the others.
_ALIEN = 0.25
_TAIL = 0.75
_TAIL_WEIGHT = 0.2
_CLOSEST = 3
# Of a large story, how many neighbours the closest are looked for among.
_NEIGHBOURS = 16
# In sentences, to bound memory.
_BLOCK = 512
# In characters: what is longer is no sentence that could be quoted.
_LONGEST = 1_000
# An article whose median is below this tells another story: nothing in it is measured by its own level.
_UNRELATED = 0.20
# Articles are close to each other as their median sentences have close ones in the other; how much of each is
# read, and from where on they tell of one event. Calibrated on mixtures of two Multi-News clusters, see
# docs/decisions/0012-events.md.
_READ = 20
_EVENT = 0.26
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


def relevance(encoded: Encoded, check: Check = lambda: None) -> Relevance:
    """Judge every sentence by its language, and by its closest sentences in other articles.

    Args:
        encoded: All sentences.
        check: Raises when nobody waits for the work any more; called before every block of sentences.
    """
    unfit = _unfit(encoded.sentences)
    fit = [index for index in range(len(encoded.sentences)) if index not in unfit]
    events = _events(encoded.take(fit))
    others = {source for event in events[1:] for source in event}
    left = [index for index in fit if encoded.sentences[index].source not in others]
    off_topic, unrelated = _off_topic(encoded.take(left), check)
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
        elif is_command(sentence.text):
            unfit[index] = RemovalReason.NOTICE
        seen.add(key)
    return unfit


def _events(encoded: Encoded) -> tuple[tuple[int, ...], ...]:
    """Return the articles by event, the largest group first, then in their order; none if all tell one.

    An event is told by two articles or more; others go with the event that they are nearest to, if they are
    near one. Where no two articles share an event, each that has something to tell tells its own. In the size
    of a group copies count once: the same notice in place of three articles is no larger than a story.
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
    texts = _texts(encoded)
    events.sort(key=lambda event: len({texts[article] for article in articles[event].tolist()}), reverse=True)
    return tuple(tuple(articles[event].tolist()) for event in events) if len(events) > 1 else ()


def _texts(encoded: Encoded) -> dict[int, str]:
    """Return what each article says, by its index."""
    said: dict[int, list[str]] = {}
    for sentence in encoded.sentences:
        said.setdefault(sentence.source, []).append(sentence.text)
    return {source: "\n".join(own) for source, own in said.items()}


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


def _off_topic(encoded: Encoded, check: Check) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the indices of sentences, and those of articles, that seem to tell another story."""
    sources = np.array([sentence.source for sentence in encoded.sentences], dtype=np.int64)
    if len(np.unique(sources)) < 2:  # noqa: PLR2004 - a story needs two tellers
        return (), ()
    scores = _scores(encoded, sources, check)
    off_topic = np.zeros(len(scores), dtype=bool)
    unrelated = []
    for own in np.split(np.arange(len(sources)), np.flatnonzero(np.diff(sources)) + 1):
        level = float(np.median(scores[own]))
        if level < _UNRELATED:
            # A scrap cannot tell what a whole article is about.
            if 2 * len(own) <= len(sources):
                unrelated.append(int(sources[own[0]]))
            continue
        off_topic[own] = scores[own] < _ALIEN * level
        tail = own[_tail_start(scores[own] / level) :]
        off_topic[tail] |= scores[tail] < _TAIL * level
    return tuple(map(int, np.flatnonzero(off_topic))), tuple(unrelated)


def _scores(encoded: Encoded, sources: Integers, check: Check) -> Floats:
    """Return the mean cosine to the three closest sentences of other articles. Shape: ``(sentences,)``."""
    if is_large(len(sources)):
        return _near_scores(encoded, sources, check)
    return _exact_scores(encoded.vectors, sources, np.arange(len(sources)), check)


def _exact_scores(vectors: Vectors, sources: Integers, wanted: Integers, check: Check) -> Floats:
    """Compare some sentences with all. Shape: that of ``wanted``."""
    scores = np.zeros(len(wanted), dtype=np.float32)
    for start in range(0, len(wanted), _BLOCK):
        check()
        rows = wanted[start : start + _BLOCK]
        others = sources[rows, None] != sources
        scores[start : start + _BLOCK] = _mean_of_closest(vectors[rows] @ vectors.T, others)
    return scores


def _near_scores(encoded: Encoded, sources: Integers, check: Check) -> Floats:
    """Compare each sentence with its nearest; where too few of these are of other articles, with all."""
    vectors = encoded.vectors
    indexed, row = _few_copies(encoded.sentences)
    found = indexed[nearest(vectors[indexed], _NEIGHBOURS, check)]
    scores = np.zeros(len(sources), dtype=np.float32)
    lonely = np.zeros(len(sources), dtype=np.bool_)
    for start in range(0, len(sources), _BLOCK):
        check()
        own = slice(start, start + _BLOCK)
        near = found[row[own]]
        others = sources[near] != sources[own, None]
        scores[own] = _mean_of_closest(np.einsum("id,ijd->ij", vectors[own], vectors[near]), others)
        lonely[own] = others.sum(axis=1) < _CLOSEST
    rest = np.flatnonzero(lonely)
    scores[rest] = _exact_scores(vectors, sources, rest, check)
    return scores


def _mean_of_closest(cosine: Floats, others: NDArray[np.bool_]) -> Floats:
    """Return the mean of the highest of each row, of those that are of other articles. Shape: ``(rows,)``."""
    closest = min(_CLOSEST, cosine.shape[1])
    highest = np.partition(np.where(others, cosine, -np.inf), -closest, axis=1)[:, -closest:]
    found = np.isfinite(highest)
    total = np.where(found, highest, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(found.sum(axis=1), 1), dtype=np.float32)


def _few_copies(sentences: Sequence[Sentence]) -> tuple[Integers, Integers]:
    """Return the sentences to look among, and the place there of the first with each sentence's text.

    Copies beyond those that can count would hide all else. The order is that of the texts, so that the order
    of the articles decides nothing.
    """
    indexed: list[int] = []
    first: dict[str, int] = {}
    for index in sorted(range(len(sentences)), key=lambda index: sentences[index].text):
        place = first.setdefault(sentences[index].text, len(indexed))
        if len(indexed) - place <= _CLOSEST:
            indexed.append(index)
    return np.array(indexed, np.int64), np.array([first[item.text] for item in sentences], np.int64)


def _tail_start(scores: Floats) -> int:
    """Return where an off-topic tail starts: the suffix that falls furthest below the article's level."""
    evidence = np.cumsum((_TAIL - scores)[::-1])
    longest = int(np.argmax(evidence))
    return len(scores) - longest - 1 if evidence[longest] > _TAIL_WEIGHT else len(scores)
