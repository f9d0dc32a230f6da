"""Ways to find the stories of a pile: the service's, and those that people reach for.

All see the same: titles and leads of articles that the service has cleaned. A peer's threshold is the best of
a hundred on the very piles that it is measured on, a generous choice; the service's was chosen on others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.neural import encoder, published_encoder
from bench.quality.provenance import COSINE, NEWSWEAVE
from service.digest import opening_of
from service.domain import Article, SummaryOptions
from service.stages.clean import clean
from service.stages.group import group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bench.corpora.clusters import Text
    from service.domain import Opening

    Floats = NDArray[np.floating]
    Labels = NDArray[np.int64]
    Cut = Callable[[float], Labels]

_LONGEST = 200_000
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Finder:
    """A way to find stories.

    Attributes:
        name: Its name in tables.
        find: Prepares the openings of a pile; the result gives, for a threshold, the story of each article.
        packages: The distributions that it comes from.
        has_threshold: Whether there is one to choose.
    """

    name: str
    find: Callable[[Sequence[Opening]], Cut]
    packages: tuple[str, ...] = ()
    has_threshold: bool = True


@cache
def opening(article: Text) -> Opening | None:
    """Return what an article begins with, or None if the service would tell it as one without content."""
    (document,) = clean((Article(article.id, article.text, article.title),), SummaryOptions(), _LONGEST)
    return opening_of(document)


def finders() -> tuple[Finder, ...]:
    """Return the service as it is set, and its peers."""
    return (
        Finder(NEWSWEAVE, _by_service, has_threshold=False),
        Finder(
            "each article alone", lambda openings: lambda _: np.arange(len(openings)), (), has_threshold=False
        ),
        Finder(
            "tf-idf, average linkage", lambda openings: _linked(_tfidf(openings)), ("scikit-learn", "scipy")
        ),
        Finder(f"{COSINE}, average linkage", lambda openings: _linked(_embedded(openings)), ("scipy",)),
        Finder(f"{COSINE}, DBSCAN", lambda openings: _dense(_embedded(openings)), ("scikit-learn",)),
        Finder(
            f"{COSINE}, HDBSCAN",
            lambda openings: _hierarchical(_embedded(openings)),
            ("scikit-learn",),
            has_threshold=False,
        ),
    )


def _by_service(openings: Sequence[Opening]) -> Cut:
    vectors = encoder().encode([opening.lead for opening in openings])
    labels = np.zeros(len(openings), dtype=np.int64)
    for number, members in enumerate(group(openings, vectors, _go_on)):
        labels[list(members)] = number
    return lambda _: labels


def _tfidf(openings: Sequence[Opening]) -> Floats:
    rows = TfidfVectorizer(stop_words="english").fit_transform([opening.lead for opening in openings])
    return _distance(np.asarray((rows @ rows.T).todense()))


def _embedded(openings: Sequence[Opening]) -> Floats:
    vectors = published_encoder().encode([opening.lead for opening in openings])
    return _distance(vectors @ vectors.T)


def _distance(cosine: Floats) -> Floats:
    distance = np.clip(1.0 - cosine.astype(np.float64), 0.0, None)
    np.fill_diagonal(distance, 0.0)
    return np.asarray((distance + distance.T) / 2)


def _linked(distance: Floats) -> Cut:
    tree = linkage(squareform(distance, checks=False), method="average")
    return lambda threshold: np.asarray(fcluster(tree, 1.0 - threshold, criterion="distance"), np.int64)


def _dense(distance: Floats) -> Cut:
    def cut(threshold: float) -> Labels:
        found = DBSCAN(eps=1.0 - threshold, min_samples=_LEAST, metric="precomputed").fit(distance)
        return _alone(found.labels_)

    return cut


def _hierarchical(distance: Floats) -> Cut:
    found = HDBSCAN(min_cluster_size=_LEAST, metric="precomputed", copy=True).fit(distance)
    labels = _alone(found.labels_)
    return lambda _: labels


def _alone(labels: NDArray[np.integer]) -> Labels:
    """Give each item of no group one of its own."""
    return np.where(labels < 0, len(labels) + np.arange(len(labels)), labels).astype(np.int64)


def _go_on() -> None:
    """Never end the work."""
