"""The part of the report about quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report.markdown import interval, number, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.rows import Row

_CONTENT = ("ROUGE-1", "ROUGE-2", "ROUGE-L")
_FACTS = ("facts covered", "citation precision", "citation recall", "joint score")
_TRUST = (
    "answered",
    "exact spans",
    "cited sentences",
    "cite two articles",
    "specifics supported",
    "support, mean",
    "support, least",
)
_STYLE = ("repeated pairs", "distinct-4", "fused", "coverage", "density", "words of the budget")
_OURS, _REFUSED = "newsweave", "refused as "
_SEEDS = ("key facts", "forbidden")


def content(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table of ROUGE for every corpus with references."""
    yield from _by_corpus(rows, _CONTENT)


def facts(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the tables of planted and of key facts."""
    yield from _by_corpus(rows, _FACTS)
    yield from _by_corpus(rows, _SEEDS)


def trust(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the tables of citations and support."""
    yield from _by_corpus(rows, _TRUST)


def style(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the tables of repetition and abstraction."""
    yield from _by_corpus(rows, _STYLE)


def refusals(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table of the drafts of the service that were refused, by reason, on every corpus."""
    found = [row for row in rows if row.system == _OURS]
    names = dict.fromkeys(name for row in found for name in row.figures if name.startswith(_REFUSED))
    lines = [
        [row.corpus, *(number(row.figures[name].value) if name in row.figures else "0" for name in names)]
        for row in found
    ]
    yield table(["", *(name.removeprefix(_REFUSED) for name in names)], lines)
    yield ""


def component(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table for every corpus of a stage, with all its figures."""
    yield from _by_corpus(rows, tuple(dict.fromkeys(name for row in rows for name in row.figures)))


def _by_corpus(rows: Sequence[Row], names: Sequence[str]) -> Iterator[str]:
    for corpus in dict.fromkeys(row.corpus for row in rows):
        found = [row for row in rows if row.corpus == corpus]
        present = [name for name in names if any(name in row.figures for row in found)]
        if present:
            yield table([corpus, "items", *present], [_line(row, present) for row in found])
            yield ""


def _line(row: Row, names: Sequence[str]) -> list[str]:
    figures = [interval(row.figures[name]) if name in row.figures else "–" for name in names]
    return [row.system, str(row.items), *figures]
