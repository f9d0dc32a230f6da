"""Measures every system on every corpus, writes the rows to ``bench/results``, and prints them.

    python -m bench.quality [--set NAME] [--limit N]

What was summarized once is kept in ``bench/.cache``, so that a run that was ended goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import rows
from bench.corpora.shared import CorpusMissing
from bench.corpora.summaries import CORPORA
from bench.quality import summaries
from bench.quality.components import COMPONENTS
from bench.quality.tables import table
from bench.systems import catalogue, newsweave

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bench.corpora.clusters import Corpus
    from bench.quality.components import Component
    from bench.quality.summaries import Measured
    from bench.rows import Row
    from bench.systems.catalogue import System

_WIDTH = 160


def main() -> None:
    """Measure what the arguments name; end with 1 if nothing was measured, or a span is not its quote."""
    arguments = _arguments()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    measured = list(_components(arguments, console))
    inexact: list[str] = []
    if corpora := list(_corpora(arguments, console)):
        measured += _summaries(corpora, arguments, console)
        inexact = list(_inexact(rows.load(summaries.TASK, _folder(arguments.limit))))
    console.print(*inexact, sep="\n", style="bold red")
    sys.exit(0 if measured and not inexact else 1)


def _inexact(found: Iterable[Row]) -> Iterator[str]:
    """Yield the corpora in which a cited span is not its quote."""
    for row in found:
        exact = row.figures.get("exact spans")
        if exact and exact.value < 1:
            yield f"{row.system}, {row.corpus}: a cited span is not its quote"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.quality", description="Measure quality against peers.")
    names = sorted({*CORPORA, *(component.corpus for component in COMPONENTS)})
    parser.add_argument("--set", choices=names, help="one corpus only")
    parser.add_argument("--limit", type=int, help="at most so many items of each corpus")
    return parser.parse_args()


def _components(arguments: argparse.Namespace, console: Console) -> Iterator[str]:
    """Run the evaluations of single stages."""
    for component in COMPONENTS:
        if arguments.set in {None, component.corpus}:
            console.print(f"{component.task}: {component.corpus} ...", style="dim")
            yield from _component(component, arguments.limit, console)


def _component(component: Component, limit: int | None, console: Console) -> Iterator[str]:
    try:
        found = list(component.measure(limit))
    except CorpusMissing as missing:
        console.print(f"skipped: {missing}", style="yellow")
        return
    rows.save(component.task, found, _folder(limit))
    console.print(table(found))
    yield component.corpus


def _folder(limit: int | None) -> Path:
    """Return where results belong: those of samples are not worth keeping."""
    return rows.RESULTS if limit is None else rows.QUICK


def _corpora(arguments: argparse.Namespace, console: Console) -> Iterator[Corpus]:
    """Read the corpora of clusters that are asked for and here."""
    for name, read in CORPORA.items():
        if arguments.set in {None, name}:
            try:
                yield read()
            except CorpusMissing as missing:
                console.print(f"skipped {name}: {missing}", style="yellow")


def _summaries(corpora: list[Corpus], arguments: argparse.Namespace, console: Console) -> list[str]:
    """Ask every system about every corpus."""
    peers = catalogue.peers()
    with newsweave.serving() as client:
        systems = [*catalogue.own(client), *peers]
        for corpus in corpora:
            found = list(_measured(corpus, systems, arguments.limit, console))
            rows.save(summaries.TASK, summaries.rows(found), _folder(arguments.limit))
            rows.save(summaries.DIFFERENCES, summaries.compared(found), _folder(arguments.limit))
            console.print(table([item.row() for item in found]))
    return [corpus.name for corpus in corpora]


def _measured(
    corpus: Corpus, systems: list[System], limit: int | None, console: Console
) -> Iterator[Measured]:
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    for system in systems:
        clusters = summaries.chosen(system, corpus, limit)
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(f"{corpus.name}: {system.name}", total=len(clusters))
            yield summaries.measure(system, corpus, clusters, lambda _: progress.advance(task))  # noqa: B023
        console.print(f"{corpus.name}: {system.name}, {len(clusters)} clusters", style="dim")


if __name__ == "__main__":
    main()
