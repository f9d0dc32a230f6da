"""What the gate measures: Newsweave on the seeds, on ten clusters, and on samples of the component sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.corpora.shared import CorpusMissing
from bench.corpora.summaries import CORPORA
from bench.gate.floors import Reading
from bench.quality import altered, summaries
from bench.quality.components import COMPONENTS
from bench.quality.figures import REFUSED
from bench.rows import LESS_IS_BETTER
from bench.systems import catalogue, newsweave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.quality.components import Component
    from bench.rows import Row
    from newsweave import Client

# Clusters of each corpus; the seeds are one, the others ten together.
_CLUSTERS = {"seeds": 1, "multinews-attributed": 2, "multinews-longbench": 3, "neus": 3, "summhay": 2}
# Items of each set of a single stage, few enough for the whole to end within some minutes.
_ITEMS = 40
# An item of these is a pile of a hundred articles and more, so few are taken, and of one size.
_PILES = {"digests": 3}
_PILE = "piles-50"
_SYSTEMS = frozenset(
    {catalogue.NEWSWEAVE, f"{catalogue.NEWSWEAVE}, as served", altered.EACH_GUARD, altered.SUPPORT}
)
_EXACT = frozenset({"exact spans", "cited sentences", "specifics supported", "forbidden"})
_UNGATED = frozenset({"words of the budget", "coverage", "density", "right accepted"})
# No decision of the checker is better than chance on these yet: a floor would hold nothing.
_CHANCE = frozenset({"summedits", "defacto"})
# The score is not there to see what guards see.
_OF_SUPPORT = frozenset({"untouched accepted", "unrelated refused"})


@dataclass(frozen=True, slots=True)
class Readings:
    """Every figure by name, and the data that was missing.

    Attributes:
        figures: What was measured.
        missing: Beginnings of the names of figures whose data is not here, each with what was looked for.
    """

    figures: dict[str, Reading] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take the figures of a row that the gate judges."""
        data = dict(part.split(":", 1) for part in row.signature.split("|"))["data"]
        for name, estimate in row.figures.items():
            if _is_gated(row, name):
                reading = Reading(
                    round(estimate.value, 4), data, exact=name in _EXACT, down=name in LESS_IS_BETTER
                )
                self.figures[f"{row.task}/{row.corpus}/{row.system}/{name}"] = reading


def _is_gated(row: Row, name: str) -> bool:
    """Tell whether a floor of a figure would hold anything."""
    if row.corpus in _CHANCE:
        return name == "wrong accepted"
    if row.system == altered.SUPPORT:
        return name in _OF_SUPPORT
    return name not in _UNGATED and not name.startswith(REFUSED)


def take(progress: Callable[[str], None]) -> Readings:
    """Measure everything that the gate judges."""
    readings = Readings()
    components(readings, "", progress)
    with newsweave.serving() as client:
        for corpus, clusters in _CLUSTERS.items():
            progress(f"{summaries.TASK}/{corpus}")
            _fill(readings, f"{summaries.TASK}/{corpus}/", _summary_rows(client, corpus, clusters))
    return readings


def components(readings: Readings, beginning: str, progress: Callable[[str], None]) -> None:
    """Measure single stages, those alone whose figures have names with this beginning."""
    for component in COMPONENTS:
        if component.task in _PILES and component.corpus != _PILE:
            continue
        name = f"{component.task}/{component.corpus}"
        if f"{name}/".startswith(beginning) or beginning.startswith(f"{name}/"):
            progress(name)
            _fill(readings, f"{name}/", _component_rows(component))


def _fill(readings: Readings, beginning: str, rows: Iterator[Row]) -> None:
    try:
        for row in rows:
            readings.add(row)
    except CorpusMissing as missing:
        readings.missing[beginning] = str(missing)


def _component_rows(component: Component) -> Iterator[Row]:
    rows = component.measure(_PILES.get(component.task, _ITEMS))
    return (row for row in rows if row.system in _SYSTEMS)


def _summary_rows(client: Client, name: str, clusters: int) -> Iterator[Row]:
    """Yield the row of the service, of summaries made now, whatever was kept of earlier runs."""
    corpus = CORPORA[name]()
    system = catalogue.own(client)[0]
    with TemporaryDirectory() as folder:
        chosen = summaries.chosen(system, corpus, clusters)
        yield summaries.measure(system, corpus, chosen, lambda _: None, Path(folder)).row()
