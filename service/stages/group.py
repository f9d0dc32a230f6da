"""Group: articles about one event, by the meaning and the words of what they begin with.

Two articles are as close as the mean of two cosines: that of the embeddings of their leads, and that of the
words of their openings, each weighted by how rare it is in the pile, so that names of the event weigh most.
Average linkage joins groups as long as the mean over all pairs between them is high enough: a chain of
articles, each a little like the next, joins nothing, and a large story is not cut because two of its articles
have little in common. In a large pile, some events of one topic are that close; there the articles of a story
must be closer to each other than to what is around them as well, as HDBSCAN tells it.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import squareform
from sklearn.cluster import HDBSCAN

from service.language.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from service.domain import Opening, Vectors
    from service.ports import Check

    Floats = NDArray[np.float64]

# The least mean closeness of a story; from where on all pairs are alike to HDBSCAN, so that copies, which are
# closer than anything else, are no story of their own; and how many groups a pile must have for anything to
# be around them. Chosen on mixed piles of the development half, see docs/decisions/0021-stories.md.
_SAME, _ALIKE, _MANY = 0.22, 0.45, 20
# Articles that are further apart in time tell of two events, however alike they are.
_WINDOW = timedelta(days=7)
# Decimal places of a distance that count.
_DIGITS = 5


def group(openings: Sequence[Opening], vectors: Vectors, check: Check) -> tuple[tuple[int, ...], ...]:
    """Group articles by event; every article is in exactly one group, perhaps alone.

    Their order decides nothing. Time and memory grow with the square of their number, with a small factor.

    Args:
        openings: What each article begins with; at least one.
        vectors: Embeddings of the leads, unit rows. Shape: ``(articles, dimensions)``.
        check: Raises when nobody waits for the work any more.

    Returns:
        Indices of articles in rising order, the groups in the order of their first articles.
    """
    order = sorted(range(len(openings)), key=lambda index: openings[index].key)
    closeness = _closeness([openings[index] for index in order], vectors[order])
    check()
    groups: dict[tuple[int, int], list[int]] = {}
    for index, label in zip(order, _labels(closeness), strict=True):
        groups.setdefault(label, []).append(index)
    return tuple(sorted(tuple(sorted(found)) for found in groups.values()))


def _closeness(openings: Sequence[Opening], vectors: Vectors) -> Floats:
    """Return how close each article is to each, at most 1. Shape: ``(articles, articles)``."""
    words = _words(openings)
    close = (vectors @ vectors.T + (words @ words.T).todense()) / 2
    return np.where(_far_in_time(openings), 0.0, close)


def _words(openings: Sequence[Opening]) -> csr_array:
    """Return the weights of the words of each opening, unit rows. Shape: ``(articles, vocabulary)``."""
    bags = [content_stems(" ".join([opening.title, *opening.sentences])) for opening in openings]
    frequency = Counter(stem for bag in bags for stem in bag)
    columns = {stem: column for column, stem in enumerate(sorted(frequency))}
    # Inverse document frequency, smoothed so that it stays positive (Robertson and Sparck Jones, 1976).
    rarity = np.array([math.log((len(bags) + 1) / (frequency[stem] + 0.5)) for stem in columns])
    rows = [np.array(sorted(columns[stem] for stem in bag), dtype=np.int64) for bag in bags]
    lengths = [math.sqrt(float(np.square(rarity[row]).sum())) or 1.0 for row in rows]
    weights = [rarity[row] / length for row, length in zip(rows, lengths, strict=True)]
    starts = np.cumsum([0, *map(len, rows)])
    return csr_array(
        (np.concatenate(weights), np.concatenate(rows), starts), shape=(len(bags), max(len(columns), 1))
    )


def _far_in_time(openings: Sequence[Opening]) -> NDArray[np.bool_]:
    """Tell of each two articles whether both say when they are from, and are of different weeks."""
    times = [opening.published_at for opening in openings]
    seconds = np.array([time.timestamp() if time else math.nan for time in times])
    return np.asarray(np.abs(seconds[:, None] - seconds) > _WINDOW.total_seconds())


def _labels(closeness: Floats) -> list[tuple[int, int]]:
    """Return what names each article's group."""
    if len(closeness) == 1:
        return [(0, 0)]
    distance = np.clip(1.0 - closeness, 0.0, None).round(_DIGITS)
    np.fill_diagonal(distance, 0.0)
    linked = _linked(distance)
    around = _dense(distance) if linked.max() >= _MANY else np.zeros_like(linked)
    return list(zip(linked.tolist(), around.tolist(), strict=True))


def _linked(distance: Floats) -> NDArray[np.int64]:
    """Return the number of each article's group, from 1, by average linkage (Sokal and Michener, 1958)."""
    tree = linkage(squareform(distance, checks=False), method="average")
    return np.asarray(fcluster(tree, 1.0 - _SAME, criterion="distance"), dtype=np.int64)


def _dense(distance: Floats) -> NDArray[np.int64]:
    """Return the number of each article's group, by HDBSCAN (Campello, Moulavi and Sander, 2013).

    It knows no group but where there are two; where it finds none, all articles are one.
    """
    floored = np.maximum(distance, 1.0 - _ALIKE)
    np.fill_diagonal(floored, 0.0)
    labels = HDBSCAN(min_cluster_size=2, metric="precomputed", copy=False).fit(floored).labels_
    alone = np.where(labels.max() < 0, 0, len(labels) + np.arange(len(labels)))
    return np.where(labels < 0, alone, labels).astype(np.int64)
