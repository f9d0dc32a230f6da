"""Every system on every corpus of clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.measures import bootstrap
from bench.quality.figures import figures
from bench.quality.outputs import KEPT, outputs
from bench.rows import Row, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bench.corpora.clusters import Cluster, Corpus
    from bench.measures.bootstrap import Estimate
    from bench.systems.catalogue import System
    from bench.systems.output import Output

    Parts = Mapping[str, tuple[float, float]]

TASK = "summaries"
DIFFERENCES = "differences"
_NONE = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """A system on a corpus.

    Attributes:
        corpus: The corpus.
        system: The system.
        outputs: What it said, by cluster.
        parts: What each of these reached.
    """

    corpus: Corpus
    system: System
    outputs: tuple[Output, ...]
    parts: tuple[Parts, ...]

    def row(self) -> Row:
        """Return the figures of the corpus."""
        # A figure without a whole, such as exact citations of a system that cites nothing, does not exist.
        names = {name: None for parts in self.parts for name, (_, whole) in parts.items() if whole}
        depends = signature(
            corpus=self.corpus.name,
            items=len(self.parts),
            data=self.corpus.sha256[:12],
            words="reference/25" if self.corpus.clusters[0].reference else "fixed",
            system=self.system.name,
            code=self.system.code[:12],
        )
        return Row(
            TASK,
            self.corpus.name,
            self.system.name,
            len(self.parts),
            {name: _estimate(self.parts, name) for name in names},
            "|".join(filter(None, [depends, self.system.signature])),
        )


def chosen(system: System, corpus: Corpus, limit: int | None) -> tuple[Cluster, ...]:
    """Return the clusters that a system is asked about, at most ``limit``."""
    return corpus.clusters[: min(filter(None, (limit, system.clusters)), default=None)]


def measure(
    system: System,
    corpus: Corpus,
    clusters: Sequence[Cluster],
    progress: Callable[[Cluster], None],
    folder: Path = KEPT,
) -> Measured:
    """Ask a system about clusters of a corpus, and judge what it says; outputs are kept in a folder."""
    said, parts = [], []
    for cluster, output in zip(clusters, outputs(system, corpus.name, clusters, folder), strict=True):
        said.append(output)
        parts.append(figures(cluster, output))
        progress(cluster)
    return Measured(corpus, system, tuple(said), tuple(parts))


def compared(measured: Sequence[Measured]) -> Iterator[Row]:
    """Yield by how much the first system is above each other one, on the clusters of both."""
    own, *peers = measured
    for peer in peers:
        items = min(len(own.parts), len(peer.parts))
        yield replace(
            peer.row(),
            task=DIFFERENCES,
            items=items,
            figures=dict(_differences(own.parts[:items], peer.parts)),
        )


def _differences(one: Sequence[Parts], other: Sequence[Parts]) -> Iterator[tuple[str, Estimate]]:
    for name in one[0]:
        both = [
            (_value(own[name]), _value(peer[name]))
            for own, peer in zip(one, other, strict=True)
            if own.get(name, _NONE)[1] and peer.get(name, _NONE)[1]
        ]
        if both:
            yield name, bootstrap.difference(*zip(*both, strict=True))


def _estimate(all_parts: Sequence[Parts], name: str) -> Estimate:
    """Return a figure of the clusters that have it."""
    parts, wholes = zip(*(item[name] for item in all_parts if name in item), strict=True)
    return bootstrap.ratio(parts, wholes)


def _value(parts: tuple[float, float]) -> float:
    return parts[0] / parts[1]
