"""Newsweave beside its peers: seconds for a summary of 200 words, by the number of articles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.table import Table

from bench.speed import local, peer_articles
from bench.speed.figures import shown
from bench.speed.machine import signed
from bench.speed.records import Record
from bench.speed.timing import interleaved
from bench.systems import extractive, prompted
from service.domain import Drafting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bench.corpora.clusters import Cluster
    from bench.speed.peer_articles import Supply

PART, NEWSWEAVE = "peers", "newsweave"
REPETITIONS = 5
# What decodes whole summaries takes minutes for many articles; the whole run has to end within an hour.
_FEWER = {
    "asked-directly": {2: 3, 5: 3, 10: 2, 20: 2},
    "map-reduce": {2: 3, 5: 3, 10: 1, 20: 1},
}
_WARM_WORDS = 25


@dataclass(frozen=True, slots=True)
class PeerRow:
    """The time of one system at one size.

    Attributes:
        system: Its name.
        articles: How many it was given.
        words: Words in all of them.
        seconds: One figure a repetition.
        ratios: The same in times of what Newsweave took in the same round.
    """

    system: str
    articles: int
    words: int
    seconds: tuple[float, ...]
    ratios: tuple[float, ...]


def systems() -> dict[str, Callable[[Cluster], object]]:
    """Return every system by name: Newsweave by default, Newsweave without its drafter, and peers."""
    return {
        NEWSWEAVE: lambda cluster: local.summarize(local.job(cluster)),
        f"{NEWSWEAVE}-extractive": lambda cluster: local.summarize(local.job(cluster, Drafting.EXTRACTIVE)),
        "lexrank": extractive.lexrank,
        "asked-directly": prompted.direct,
        "map-reduce": prompted.map_reduce,
    }


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[PeerRow]:
    """Measure all systems at all sizes, in turns."""
    supply = peer_articles.supply()
    for name, system in systems().items():
        tell(f"warming up {name} ...")
        system(supply.cluster(2, _WARM_WORDS))
    rows = tuple(
        row for size in supply.sizes[: 1 if quick else None] for row in _size(supply, size, tell, quick=quick)
    )
    about = f"{peer_articles.WORDS} words of {supply.about}; warm, in one process; every system in turn"
    return Record(PART, quick, signed(max(len(row.seconds) for row in rows)), about, {}, rows)


def _size(supply: Supply, size: int, tell: Callable[[str], None], *, quick: bool) -> Iterator[PeerRow]:
    cluster = supply.cluster(size)
    tasks = {name: _told(name, system, cluster, tell) for name, system in systems().items()}
    found = interleaved(tasks, {name: 1 if quick else turns(name, size) for name in tasks})
    words = sum(len(article.text.split()) for article in cluster.articles)
    return rows(size, words, found)


def turns(system: str, articles: int) -> int:
    """Return how often a system is measured at a size."""
    return _FEWER.get(system, {}).get(articles, REPETITIONS)


def rows(articles: int, words: int, found: Mapping[str, tuple[float, ...]]) -> Iterator[PeerRow]:
    """Yield a row a system, in rounds that begin with the same ones for all."""
    for name, seconds in found.items():
        ratios = tuple(own / base for own, base in zip(seconds, found[NEWSWEAVE], strict=False))
        yield PeerRow(name, articles, words, seconds, ratios)


def table(record: Record[PeerRow]) -> Table:
    """Lay out a record."""
    laid_out = Table("articles", "words", "system", "times", "seconds", "times of newsweave", title="Peers")
    for row in record.rows:
        times = str(len(row.seconds))
        laid_out.add_row(
            str(row.articles),
            f"{row.words:,}",
            row.system,
            times,
            shown(row.seconds, " s"),
            shown(row.ratios),
        )
    laid_out.caption = "median [least, most]"
    return laid_out


def _told(
    name: str, system: Callable[[Cluster], object], cluster: Cluster, tell: Callable[[str], None]
) -> Callable[[], object]:
    tell_first = partial(tell, f"{cluster.id}: {name} ...")

    def task() -> object:
        tell_first()
        return system(cluster)

    return task
