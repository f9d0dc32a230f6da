"""Cleaning: is the article kept, and the furniture of its page not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.corpora import pages
from bench.measures import bootstrap
from bench.measures.classification import agreement
from bench.quality.peers_cleaning import PEERS, Cleaner
from bench.quality.provenance import NEWSWEAVE, signed
from bench.rows import Row
from service.domain import Article, SummaryOptions
from service.language.words import word_count
from service.stages.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.corpora.pages import LabelledPage, SegmentedPage
    from bench.measures.bootstrap import Estimate

    Amounts = tuple[float, float, float]

TASK = "cleaning"


def _newsweave(lines: Sequence[str]) -> list[bool]:
    """Keep the lines of which the service keeps anything."""
    text = "\n".join(lines)
    (document,) = clean((Article("page", text),), SummaryOptions(), len(text))
    kept: list[bool] = []
    start = 0
    for line in lines:
        end = start + len(line)
        kept.append(any(block.start < end and start < block.end for block in document.blocks))
        start = end + 1
    return kept


SYSTEMS = (Cleaner(NEWSWEAVE, _newsweave), *PEERS)


def _zyte(limit: int | None) -> Iterator[Row]:
    found, digest = pages.zyte()
    yield from _by_line("zyte", found[:limit], digest)


def _zyte_english(limit: int | None) -> Iterator[Row]:
    found, digest = pages.zyte()
    yield from _by_line("zyte-english", [page for page in found if page.is_english][:limit], digest)


def _by_line(corpus: str, found: Sequence[LabelledPage], digest: str) -> Iterator[Row]:
    """Yield the figures of pages with labelled lines: every word counts, then every page."""
    for system in SYSTEMS:
        yield _row(corpus, system, len(found), _averaged([_words(page, system) for page in found]), digest)


def _words(page: LabelledPage, system: Cleaner) -> Amounts:
    """Return how many words of a page are rightly kept, wrongly kept, and missed."""
    judged = list(zip(page.lines, page.labels, system.keeps(page.lines), strict=True))
    right = sum(word_count(line) for line, label, kept in judged if kept and label is True)
    wrong = sum(word_count(line) for line, label, kept in judged if kept and label is False)
    missed = sum(word_count(line) for line, label, kept in judged if label is True and not kept)
    return right, wrong, missed


def _averaged(amounts: Sequence[Amounts]) -> dict[str, Estimate]:
    scores = [agreement(*amount) for amount in amounts]
    return {
        "precision": bootstrap.mean([score.precision for score in scores]),
        "recall": bootstrap.mean([score.recall for score in scores]),
        "F1": bootstrap.mean([score.f1 for score in scores]),
    }


def _trafilatura(limit: int | None) -> Iterator[Row]:
    """Yield the figures of pages with some labelled pieces, all pieces together."""
    found, digest = pages.trafilatura()
    for system in SYSTEMS:
        figures = _pooled([_pieces(page, system) for page in found[:limit]])
        yield _row("trafilatura", system, len(found[:limit]), figures, digest)


def _pieces(page: SegmentedPage, system: Cleaner) -> Amounts:
    """Return how many pieces of a page are rightly kept, wrongly kept, and missed."""
    keeps = system.keeps(page.lines)
    kept = _plain(" ".join(line for line, keep in zip(page.lines, keeps, strict=True) if keep))
    right = sum(_plain(piece) in kept for piece in page.article)
    return right, sum(_plain(piece) in kept for piece in page.furniture), len(page.article) - right


def _plain(text: str) -> str:
    return " ".join(text.split())


def _pooled(amounts: Sequence[Amounts]) -> dict[str, Estimate]:
    right = [amount[0] for amount in amounts]
    return {
        "precision": bootstrap.ratio(right, [amount[0] + amount[1] for amount in amounts]),
        "recall": bootstrap.ratio(right, [amount[0] + amount[2] for amount in amounts]),
        "F1": bootstrap.ratio([2 * part for part in right], [amount[0] + sum(amount) for amount in amounts]),
    }


def _row(corpus: str, system: Cleaner, items: int, figures: Mapping[str, Estimate], digest: str) -> Row:
    return Row(
        TASK,
        corpus,
        system.name,
        items,
        figures,
        signed(corpus, items, digest, system.name, *system.packages),
    )


TASKS: dict[str, Callable[[int | None], Iterator[Row]]] = {
    "zyte": _zyte,
    "zyte-english": _zyte_english,
    "trafilatura": _trafilatura,
}


def rows(limit: int | None = None) -> Iterator[Row]:
    """Yield one row a corpus and system.

    Args:
        limit: The most pages of a corpus.

    Raises:
        CorpusMissing: A corpus is not here.
    """
    for task in TASKS.values():
        yield from task(limit)
