"""Articles by the number: the same kind at every size, so that sizes can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.corpora import seeds
from bench.corpora.clusters import Cluster, Text
from bench.corpora.shared import CorpusMissing, read, shuffled

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = 200
_SIZES = (2, 5, 10, 20)
_TOPIC = "news1"
_SEEDS = "pyongyang-2024"


@dataclass(frozen=True, slots=True)
class Supply:
    """Articles on one topic.

    Attributes:
        about: Where they come from, in words.
        articles: In a fixed random order.
    """

    about: str
    articles: tuple[Text, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes for which there are articles enough."""
        return tuple(size for size in _SIZES if size <= len(self.articles))

    def cluster(self, size: int, words: int = WORDS) -> Cluster:
        """Return the first articles, to be summarized."""
        return Cluster(f"{size} articles", self.articles[:size], words)


def supply() -> Supply:
    """Return documents of SummHay (Laban et al., 2024), or the articles in ``seeds/`` without them."""
    try:
        (rows,), digest = read("mds_summhay_news/documents.jsonl")
    except CorpusMissing as missing:
        found = seeds.load(seeds.folder(_SEEDS)).to_summarize().articles
        return Supply(f"{_SEEDS}, because {missing}", found)
    articles = shuffled(_texts([row for row in rows if row["topic"] == _TOPIC]))
    return Supply(f"SummHay news, topic {_TOPIC}, data {digest[:12]}", articles)


def _texts(rows: Sequence[dict[str, str]]) -> list[Text]:
    return [Text(row["id"], row["text"]) for row in rows]
