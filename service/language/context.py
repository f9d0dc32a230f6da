"""The context of a block: its neighbours, its place on the page, and what the page says elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.domain import RemovalReason
from service.language import shape
from service.language.layout import key
from service.language.words import WORD, word_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Column = NDArray[np.float64]
    Columns = dict[str, Column]

_OF_NEIGHBOURS = (
    "words", "full stop", "list mark", "small letters", "capitals", "digits", "comments", "related", "credit",
    "notice", "cut off", "you and we",
)  # fmt: skip
_AROUND = (
    "credit", "comments", "list mark", "fragment", "you and we", "cut off", "page words", "related",
    "capitals", "digits",
)  # fmt: skip
_WIDTH = 6
# In blocks: how far running text counts that is above and below.
_NEAR, _FAR = 4, 12
# In words: what a block of running text counts at most, and what anything else counts against the body.
_LONG, _PENALTY = 60.0, 10.0
# In letters: longer words tell what a block is about.
_TOPICAL = 4


@dataclass(frozen=True, slots=True)
class _Page:
    """The blocks of a page, with their shapes and words, those of running text apart."""

    texts: Sequence[str]
    reasons: Sequence[RemovalReason | None]
    shapes: Columns
    words: Column
    prose: Column

    @property
    def body(self) -> tuple[int, int]:
        """The run of blocks with the greatest sum, where running text counts its words.

        Anything else counts against it (maximum subsequence segmentation; Pasternack and Roth, 2009).
        """
        is_prose = np.array([reason is None for reason in self.reasons])
        return _greatest_run(np.where(is_prose, np.minimum(self.words, _LONG), -_PENALTY))


def features(
    texts: Sequence[str], reasons: Sequence[RemovalReason | None]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Measure the blocks of one page, in time that is linear in their number.

    Args:
        texts: At least one block, in order.
        reasons: What :func:`service.language.furniture.judge` says of each.

    Returns:
        The names of the features, and their values. Shape: ``(blocks, features)``.
    """
    measured = np.array([shape.shape(*block) for block in zip(texts, reasons, strict=True)])
    words = np.array([word_count(text) for text in texts], dtype=np.float64)
    prose = np.where([reason is None for reason in reasons], words, 0.0)
    page = _Page(texts, reasons, dict(zip(shape.NAMES, measured.T, strict=True)), words, prose)
    columns = page.shapes | _repetition(page) | _neighbours(page) | _surroundings(page)
    columns |= _nearness(page) | _place(page) | _topic(page) | _marks(page)
    columns |= _within(columns)
    return tuple(columns), np.stack(list(columns.values()), axis=1)


def _repetition(page: _Page) -> Columns:
    keys = [key(text) for text in page.texts]
    counts = Counter(keys)
    first = {name: index for index, name in reversed(list(enumerate(keys)))}
    return {
        "on the page twice": np.array([float(bool(name) and counts[name] > 1) for name in keys]),
        "said before": np.array([float(bool(name) and first[name] < i) for i, name in enumerate(keys)]),
    }


def _neighbours(page: _Page) -> Columns:
    columns: Columns = {}
    for name in _OF_NEIGHBOURS:
        column = page.shapes[name]
        columns[f"{name}, above"] = np.concatenate([[0.0], column[:-1]])
        columns[f"{name}, below"] = np.concatenate([column[1:], [0.0]])
    columns["nothing above"], columns["nothing below"] = np.zeros((2, len(page.texts)))
    columns["nothing above"][0] = columns["nothing below"][-1] = 1.0
    return columns


def _surroundings(page: _Page) -> Columns:
    """Return the means over some blocks above and below, the block itself left out."""
    others = np.maximum(_window(np.ones(len(page.texts)), _WIDTH, _WIDTH) - 1, 1)
    return {
        f"{name}, around": (_window(page.shapes[name], _WIDTH, _WIDTH) - page.shapes[name]) / others
        for name in _AROUND
    }


def _window(column: Column, above: int, below: int) -> Column:
    """Return, for each block, the sum over so many blocks above it, itself, and so many below it."""
    sums = np.concatenate([[0.0], np.cumsum(column)])
    places = np.arange(len(column))
    last = np.minimum(places + below + 1, len(column))
    return np.asarray(sums[last] - sums[np.maximum(places - above, 0)])


def _nearness(page: _Page) -> Columns:
    """Return how much running text is close above and close below."""
    columns: Columns = {}
    for name, width in (("near", _NEAR), ("far", _FAR)):
        columns[f"prose above, {name}"] = np.log1p(_window(page.prose, width, 0) - page.prose)
        columns[f"prose below, {name}"] = np.log1p(_window(page.prose, 0, width) - page.prose)
    return columns


def _place(page: _Page) -> Columns:
    start, end = page.body
    places = np.arange(len(page.texts))
    passed = np.cumsum(page.prose)
    total = max(float(passed[-1]), 1.0)
    prose = float(np.mean([reason is None for reason in page.reasons]))
    return {
        "in the body": ((places >= start) & (places < end)).astype(np.float64),
        "blocks to the body": np.log1p(np.maximum(start - places, 0)),
        "blocks from the body": np.log1p(np.maximum(places - end + 1, 0)),
        "share of prose above": (passed - page.prose) / total,
        "share of prose below": 1 - passed / total,
        "before all prose": (passed - page.prose < 1).astype(np.float64),
        "after all prose": (total - passed < 1).astype(np.float64),
        "blocks of the page": np.full(len(places), np.log1p(len(places))),
        "share of blocks of prose": np.full(len(places), prose),
        "share of words of prose": np.full(len(places), page.prose.sum() / max(page.words.sum(), 1.0)),
        "length beside the longest": page.prose / max(page.prose.max(), 1.0),
    }


def _greatest_run(gains: Column) -> tuple[int, int]:
    """Return the half-open range with the greatest sum (Kadane's algorithm)."""
    best, best_range, total, start = 0.0, (0, 0), 0.0, 0
    for index, gain in enumerate(gains.tolist()):
        if total <= 0:
            total, start = 0.0, index
        total += gain
        if total > best:
            best, best_range = total, (start, index + 1)
    return best_range


def _topic(page: _Page) -> Columns:
    """Return which share of the longer words of a block the body has elsewhere."""
    start, end = page.body
    words = [{word.casefold() for word in WORD.findall(text) if len(word) >= _TOPICAL} for text in page.texts]
    counts = Counter(word for block in words[start:end] for word in block)
    shared = [
        sum(counts[word] > (start <= index < end) for word in block) / max(len(block), 1)
        for index, block in enumerate(words)
    ]
    return {"words of the body": np.array(shared)}


def _marks(page: _Page) -> Columns:
    """Return how close above a mark of comments and of related articles is, and how many of comments."""
    comments = np.array([reason is RemovalReason.COMMENTS for reason in page.reasons])
    related = np.array([reason is RemovalReason.RELATED for reason in page.reasons])
    return {
        "since comments": _closeness(comments),
        "since related": _closeness(related),
        "marks of comments": np.log1p(np.cumsum(comments)),
    }


def _closeness(marks: NDArray[np.bool_]) -> Column:
    """Return 1 at a mark, 1/2 at the block below it, and so on; 0 above the first."""
    places = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, places, -1))
    return np.where(last < 0, 0.0, 1.0 / (1.0 + places - last))


def _within(columns: Columns) -> Columns:
    """Return what counts otherwise within the body, or at the very start, than elsewhere."""
    names = ("words of the body", "fragment", "list mark", "words")
    within = {f"{name}, in the body": columns[name] * columns["in the body"] for name in names}
    # A page with menus seldom begins with running text; an article alone does.
    return within | {"prose, nothing above": columns["prose"] * columns["nothing above"]}
