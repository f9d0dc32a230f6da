"""Labelled pages as blocks, measured by the service's own code."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.recipes.data import bucket
from service.language.context import features
from service.language.furniture import judge
from service.language.layout import blocks
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.recipes.data import Corpora

ZYTE, TRAFILATURA = "boiler_zyte_aeb/dev.jsonl", "boiler_trafilatura/dev.jsonl"
FOLDS = 5
# What a page and a crop count in training, spread over their words, and a block of a page with few labels.
_PAGE, _CROP, _PIECE = 100.0, 15.0, 2.0
# In words: longer blocks count no more.
_LONG = 60
# Blocks: how many a crop keeps above and below its article, and how many are the lead of one.
_MARGIN, _LEAD = 4, 3
# In characters: the least of a block that must lie in a piece to share its label.
_LEAST = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Some blocks of one page.

    Attributes:
        id: The page, which its crops share.
        texts: The blocks, in order.
        labels: Whether each is of the article: 1, 0, or -1 where that is not known.
        weights: What each counts in training; 0 where there is no label.
        names: The features.
        values: What they are. Shape: ``(blocks, features)``.
        is_whole: Whether these are all blocks of a page, and all that count are labelled.
    """

    id: str
    texts: tuple[str, ...]
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    is_whole: bool = False

    @property
    def fold(self) -> int:
        """The fold in which it is held out, from 0 to ``FOLDS - 1``."""
        return fold_of(self.id)


def fold_of(page: str) -> int:
    """Return the fold in which a page is held out."""
    return bucket(f"fold of {page}", FOLDS)


def read(corpora: Corpora) -> tuple[Page, ...]:
    """Read both data sets: every page, and crops of those with all labels.

    A crop is the article with little around it, alone, or its lead alone: what callers send who cleaned
    their text already.
    """
    pages: list[Page] = []
    for row in corpora.read(ZYTE):
        texts, labels = _of_lines(row["lines"])
        whole = _page(row["id"], texts, labels, _spread(texts, labels, _PAGE))
        pages.append(replace(whole, is_whole=True))
        pages.extend(_crops(row["id"], texts, labels))
    for row in corpora.read(TRAFILATURA):
        texts = _texts("\n".join(row["lines"]))
        labels = [_of_pieces(text, row["with"], row["without"]) for text in texts]
        pages.append(_page(row["url"], texts, labels, [_PIECE * (label >= 0) for label in labels]))
    return tuple(pages)


def _page(name: str, texts: Sequence[str], labels: Sequence[int], weights: Sequence[float]) -> Page:
    names, values = features(texts, [judge(text) for text in texts])
    return Page(name, tuple(texts), np.array(labels), np.array(weights), names, values)


def _texts(text: str) -> list[str]:
    return [block.text for block in blocks(text, len(text))]


def _of_lines(lines: Sequence[tuple[int, str]]) -> tuple[list[str], list[int]]:
    """Return the blocks of labelled lines, each with the label that most of its words have."""
    text = "\n".join(line for _, line in lines)
    ends = np.cumsum([len(line) + 1 for _, line in lines])
    found = list(blocks(text, len(text)))
    labels = []
    for block in found:
        first, last = np.searchsorted(ends, [block.span.start, block.span.end - 1], side="right")
        amounts = {0: 0, 1: 0}
        for label, line in lines[first : last + 1]:
            if label >= 0:
                amounts[label] += word_count(line) + 1
        labels.append(int(amounts[1] > amounts[0]) if any(amounts.values()) else -1)
    return [block.text for block in found], labels


def _of_pieces(text: str, article: Sequence[str], furniture: Sequence[str]) -> int:
    """Return the label of a block that holds, or lies in, a labelled piece of its page."""
    plain = _plain(text)
    for label, pieces in ((1, article), (0, furniture)):
        if any(piece in plain or (len(plain) > _LEAST and plain in piece) for piece in map(_plain, pieces)):
            return label
    return -1


def _plain(text: str) -> str:
    return " ".join(text.split())


def _spread(texts: Sequence[str], labels: Sequence[int], total: float) -> list[float]:
    """Spread what a page counts over its blocks by their words."""
    amounts = [
        (min(word_count(text), _LONG) + 1) * float(label >= 0)
        for text, label in zip(texts, labels, strict=True)
    ]
    whole = math.fsum(amounts)
    return [total * amount / whole for amount in amounts]


def _crops(name: str, texts: Sequence[str], labels: Sequence[int]) -> Iterator[Page]:
    of_article = [index for index, label in enumerate(labels) if label == 1]
    if not of_article:
        return
    around = range(max(of_article[0] - _MARGIN, 0), min(of_article[-1] + _MARGIN + 1, len(texts)))
    for chosen in (around, of_article, of_article[:_LEAD]):
        some, known = [texts[index] for index in chosen], [labels[index] for index in chosen]
        yield _page(name, some, known, _spread(some, known, _CROP))
