"""Cleaning: is the article kept, and the furniture of its page not?

The classifier of the service was fitted on these very pages. So each page is judged by one that was fitted
on the pages of other folds, with the same recipe; pages that the recipe does not read, by the one that ships.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from bench.corpora import pages
from bench.corpora.shared import folder
from bench.measures import bootstrap
from bench.measures.classification import agreement
from bench.quality.peers_cleaning import PEERS, Cleaner
from bench.quality.provenance import NEWSWEAVE, signed
from bench.rows import Row
from models.recipes.cleaner.fitting import held_out
from models.recipes.cleaner.pages import FOLDS, fold_of, read
from models.recipes.data import Corpora
from service.domain import Article, SummaryOptions
from service.language.classifier import trained
from service.language.layout import blocks
from service.language.words import word_count
from service.stages.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bench.corpora.pages import LabelledPage, SegmentedPage
    from bench.measures.bootstrap import Estimate
    from service.domain import Span
    from service.language.classifier import Classifier

    Amounts = tuple[float, float, float]

TASK = "cleaning"


# What the classifier says, before the service takes out other languages, headings, and what says what it is.
ALONE = f"{NEWSWEAVE}, classifier alone"


def _newsweave(classifier: Classifier, lines: Sequence[str]) -> list[bool]:
    """Keep the lines of which the service keeps anything."""
    text = "\n".join(lines)
    (document,) = clean((Article("page", text),), SummaryOptions(), len(text), classifier)
    return _touched(lines, document.blocks)


def _alone(classifier: Classifier, lines: Sequence[str]) -> list[bool]:
    """Keep the lines of which the classifier keeps anything."""
    text = "\n".join(lines)
    found = list(blocks(text, len(text)))
    likely = classifier.probabilities([block.text for block in found])
    kept = [block.span for block, value in zip(found, likely, strict=True) if value >= classifier.threshold]
    return _touched(lines, kept)


def _touched(lines: Sequence[str], spans: Sequence[Span]) -> list[bool]:
    """Tell of which lines any span holds a part."""
    touched: list[bool] = []
    start = 0
    for line in lines:
        end = start + len(line)
        touched.append(any(span.start < end and start < span.end for span in spans))
        start = end + 1
    return touched


def _systems(page: str, digest: str) -> tuple[Cleaner, ...]:
    """Return the systems that judge a page, ours with a classifier that was not fitted on it."""
    seen = digest in trained().data.values()
    classifier = _held_out(folder())[fold_of(page)] if seen else trained()
    own = ((NEWSWEAVE, _newsweave), (ALONE, _alone))
    return (*(Cleaner(name, functools.partial(keeps, classifier)) for name, keeps in own), *PEERS)


@functools.cache
def _held_out(data: Path) -> tuple[Classifier, ...]:
    return held_out(read(Corpora(data)))


def _zyte(limit: int | None) -> Iterator[Row]:
    found, digest = pages.zyte()
    yield from _by_line("zyte", found[:limit], digest)


def _zyte_english(limit: int | None) -> Iterator[Row]:
    found, digest = pages.zyte()
    yield from _by_line("zyte-english", [page for page in found if page.is_english][:limit], digest)


def _by_line(corpus: str, found: Sequence[LabelledPage], digest: str) -> Iterator[Row]:
    """Yield the figures of pages with labelled lines: every word counts, then every page."""
    for systems in zip(*(_systems(page.id, digest) for page in found), strict=True):
        amounts = [_words(page, system) for page, system in zip(found, systems, strict=True)]
        yield _row(corpus, systems[0], len(found), _averaged(amounts), digest)


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
    chosen = found[:limit]
    for systems in zip(*(_systems(page.id, digest) for page in chosen), strict=True):
        figures = _pooled([_pieces(page, system) for page, system in zip(chosen, systems, strict=True)])
        yield _row("trafilatura", systems[0], len(chosen), figures, digest)


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
    seen = system.name.startswith(NEWSWEAVE) and digest in trained().data.values()
    folds = {"folds": FOLDS} if seen else {}
    signature = signed(corpus, items, digest, system.name, *system.packages, **folds)
    return Row(TASK, corpus, system.name, items, figures, signature)


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
