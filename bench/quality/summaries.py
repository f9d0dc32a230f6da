"""Every system on every corpus of clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from bench import neural
from bench.measures import bootstrap
from bench.quality.figures import REFUSED, figures
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
        never = [name for name in names if name.startswith(REFUSED) and not self._total(name)]
        depends = signature(
            corpus=self.corpus.name,
            items=len(self.parts),
            data=self.corpus.sha256[:12],
            words=self.corpus.words,
            rouge=version("rouge-score"),
            judge=neural.judge(),
            system=self.system.name,
            code=self.system.code[:12],
        )
        return Row(
            TASK,
            self.corpus.name,
            self.system.name,
            len(self.parts),
            {name: _estimate(self.parts, name) for name in names if name not in never},
            "|".join(filter(None, [depends, self.system.signature])),
        )

    def _total(self, name: str) -> float:
        return sum(parts[name][0] for parts in self.parts if name in parts)

    def first(self, items: int) -> Measured:
        """Return the same on the first clusters, to stand beside a system that was asked about no more."""
        system = replace(self.system, name=f"{self.system.name}, first {items}")
        return Measured(self.corpus, system, self.outputs[:items], self.parts[:items])


def chosen(system: System, corpus: Corpus, limit: int | None) -> tuple[Cluster, ...]:
    """Return the clusters that a system is asked about, at most ``limit``."""
    limits = [most for most in (limit, system.clusters) if most is not None]
    return corpus.clusters[: min(limits, default=None)]


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


def rows(measured: Sequence[Measured]) -> Iterator[Row]:
    """Yield the row of every system, and of the first one on every smaller number of clusters as well."""
    own = measured[0]
    yield from (item.row() for item in measured)
    for items in sorted({len(item.parts) for item in measured} - {len(own.parts)}):
        yield own.first(items).row()


def _differences(one: Sequence[Parts], other: Sequence[Parts]) -> Iterator[tuple[str, Estimate]]:
    """Yield every figure that some cluster has on both sides, on the clusters that have it."""
    pairs = list(zip(one, other, strict=True))
    for name in dict.fromkeys(name for own, _ in pairs for name in own):
        both = [
            (_value(own[name]), _value(peer[name]))
            for own, peer in pairs
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
