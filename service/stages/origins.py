"""Origins: articles that copy one story, or come from one newsroom, are one origin and are counted once.

Quotations count for nothing, since everybody hears the same speech. What is left is evidence that a reader
can check: running text that two articles share word for word, and whom an article says its story is from.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import squareform

from service.domain import Origin, OriginLink, OriginReason, Origins
from service.language.newsrooms import credited, newsroom
from service.language.passages import overlaps, prose
from service.language.signatures import signatures
from service.language.words import words
from service.linkage import components

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from service.domain import Document, Sentence, Span
    from service.language.passages import Overlap

# Set by reading the 62 pairs, of 8,585 pairs of articles about one event, that share a passage of twelve
# words: copies share 31 words or more, others 26 or fewer, names, offices and rulings for the most part; the
# few copies among these are missed. See docs/decisions/0011-origins.md.
_WORDS, _LONGEST, _SHARE = 30, 12, 0.1
_MOST = 0.5
# In sentences: where an article says whose story it tells. Further down it credits a detail.
_OPENING = 2
# Distances for average linkage, so that groups join when half of the pairs between them share passages.
_STRONG, _WEAK, _NONE = 0.0, 0.4, 1.0
_HALF = (_WEAK + _NONE) / 2 + 1e-9


def origins(documents: Sequence[Document], sentences: Sequence[Sentence]) -> Origins:
    """Group articles by origin.

    Near-duplicates, credits and publishers always join. Shared passages join two groups only if at least half
    of the pairs between them have some, so that a round-up of two papers does not make them one.

    Args:
        documents: The cleaned articles.
        sentences: All of their sentences, in order.
    """
    links = _links(documents, sentences)
    labels = _grouped(documents, links)
    groups = [tuple(np.flatnonzero(labels == label).tolist()) for label in dict.fromkeys(labels.tolist())]
    return Origins(
        tuple(Origin(number, group, _joining(group, links)) for number, group in enumerate(groups, start=1))
    )


def _links(documents: Sequence[Document], sentences: Sequence[Sentence]) -> dict[tuple[int, int], OriginLink]:
    """Return one link a pair of articles, that of the strongest reason."""
    found: dict[tuple[int, int], OriginLink] = {}
    for link in itertools.chain(_copies(documents), _newsrooms(documents, sentences)):
        known = found.get((link.source, link.other))
        if known is None or link.reason.value < known.reason.value:
            found[link.source, link.other] = link
    return found


def _copies(documents: Sequence[Document]) -> Iterator[OriginLink]:
    """Yield the links of articles that share running text word for word, or all of their words."""
    read = [prose(document.article.text, document.blocks) for document in documents]
    for overlap in overlaps(read):
        if reason := _reason(overlap):
            yield OriginLink(
                overlap.left, overlap.right, reason, overlap.share, overlap.span, overlap.other_span
            )
    firsts: dict[tuple[str, ...], int] = {}
    for source, document in enumerate(documents):
        first = firsts.setdefault(_content(document), source)
        if first != source:
            yield OriginLink(
                first,
                source,
                OriginReason.NEAR_DUPLICATE,
                1.0,
                next(iter(documents[first].blocks), None),
                next(iter(document.blocks), None),
            )


def _reason(overlap: Overlap) -> OriginReason | None:
    if overlap.words < _WORDS or overlap.longest < _LONGEST or overlap.share < _SHARE:
        return None
    return OriginReason.NEAR_DUPLICATE if overlap.share >= _MOST else OriginReason.SHARED_PASSAGES


def _content(document: Document) -> tuple[str, ...]:
    """Return all words of an article, or its text if cleaning left none."""
    text = document.article.text
    kept = [word.casefold() for block in document.blocks for word in words(block.of(text))]
    return tuple(kept) or (text,)


def _newsrooms(documents: Sequence[Document], sentences: Sequence[Sentence]) -> Iterator[OriginLink]:
    """Yield the links of articles of one publisher, or that have their story from one newsroom."""
    own = [newsroom(document.article.publisher) for document in documents]
    credits_ = _credits(documents, sentences)
    known = [
        credit if not room else {room: None, **credit} for room, credit in zip(own, credits_, strict=True)
    ]
    for left, right in itertools.combinations(range(len(documents)), 2):
        if own[left] and own[left] == own[right]:
            yield OriginLink(left, right, OriginReason.SAME_PUBLISHER, 0.0)
        elif shared := [room for room in known[left] if room in known[right]]:
            spans = known[left][shared[0]], known[right][shared[0]]
            yield OriginLink(left, right, OriginReason.ATTRIBUTION, 0.0, *spans)


def _credits(documents: Sequence[Document], sentences: Sequence[Sentence]) -> list[Mapping[str, Span | None]]:
    """Return for each article the newsrooms that it has its story from, and where it says so."""
    publishers = sorted({document.article.publisher for document in documents})
    opening: list[list[Sentence]] = [[] for _ in documents]
    for sentence in sentences:
        if len(opening[sentence.source]) < _OPENING:
            opening[sentence.source].append(sentence)
    found: list[Mapping[str, Span | None]] = []
    for document, first in zip(documents, opening, strict=True):
        text = document.article.text
        told = [credited(text, item.span.start, item.span.end, publishers) for item in first]
        found.append(dict(itertools.chain(*told, signatures(document))))
    return found


def _grouped(documents: Sequence[Document], links: Mapping[tuple[int, int], OriginLink]) -> NDArray[np.int64]:
    """Return the number of each article's group. The order of the articles changes nothing but numbers."""
    count = len(documents)
    if count == 1:
        return np.zeros(1, dtype=np.int64)
    articles = [document.article for document in documents]
    order = sorted(range(count), key=lambda index: (articles[index].text, articles[index].publisher))
    place = np.argsort(order)
    distance = np.full((count, count), _NONE)
    for (left, right), link in links.items():
        distance[left, right] = distance[right, left] = _NONE if _is_strong(link) else _WEAK
    strong = components(count, [pair for pair, link in links.items() if _is_strong(link)])
    distance[strong[:, None] == strong[None, :]] = _STRONG
    tree = linkage(squareform(distance[np.ix_(order, order)]), method="average")
    return np.asarray(fcluster(tree, _HALF, criterion="distance")[place], dtype=np.int64)


def _is_strong(link: OriginLink) -> bool:
    return link.reason is not OriginReason.SHARED_PASSAGES


def _joining(group: tuple[int, ...], links: Mapping[tuple[int, int], OriginLink]) -> tuple[OriginLink, ...]:
    """Return the strongest links that join a group, one fewer than its articles."""
    inside = [links[pair] for pair in itertools.combinations(group, 2) if pair in links]
    inside.sort(key=lambda link: (link.reason.value, -link.share, link.source, link.other))
    weights = np.arange(1, len(inside) + 1)
    left, right = [link.source for link in inside], [link.other for link in inside]
    size = group[-1] + 1
    tree = minimum_spanning_tree(coo_array((weights, (left, right)), shape=(size, size)).tocsr())
    return tuple(inside[int(weight) - 1] for weight in sorted(tree.data))
