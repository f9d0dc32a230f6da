"""Piles of mixed articles, each made of clusters of two corpora.

Half of the events of a pile are full articles of Multi-News, as far as there are enough, the others excerpts
of AllSides roundups. The development half was used to choose how articles are grouped: excerpts of which the
encoder may have learned, and every second cluster of Multi-News. The other half is what is measured.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from bench.corpora.clusters import Text
from bench.corpora.shared import read, shuffled

_ARTICLES = "mds_multinews_longbench/dev.jsonl"
_EXCERPTS = {"development": "mds_neus_allsides/train.jsonl", "held out": "mds_neus_allsides/val.jsonl"}
_PARITY = {"development": 0, "held out": 1}
_MANY = 500


@dataclass(frozen=True, slots=True)
class Event:
    """A cluster of articles that editors put together."""

    id: str
    articles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Pile:
    """Mixed articles.

    Attributes:
        articles: In a random order; their ids are distinct in the pile.
        events: The id of the event of each.
    """

    articles: tuple[Text, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What piles of one half are made of.

    Attributes:
        full: Events told by full articles.
        excerpts: Events told by excerpts.
        sha256: Digest of everything that was read.
    """

    full: tuple[Event, ...]
    excerpts: tuple[Event, ...]
    sha256: str

    def pile(self, events: int, seed: int, *, alone: bool = False) -> Pile:
        """Return a pile of so many events, the same for the same seed.

        Args:
            events: How many.
            seed: Any number.
            alone: Whether every second event is told by its first article only.
        """
        chance = random.Random(seed)  # noqa: S311  nothing is secret
        full = min(events // 2, len(self.full))
        chosen = chance.sample(self.full, full) + chance.sample(self.excerpts, events - full)
        told = [item.articles[: 1 if alone and place % 2 else None] for place, item in enumerate(chosen)]
        mixed = [(article, item.id) for item, own in zip(chosen, told, strict=True) for article in own]
        chance.shuffle(mixed)
        return Pile(tuple(article for article, _ in mixed), tuple(event for _, event in mixed))


def source(half: str = "held out") -> Source:
    """Read a half.

    Args:
        half: ``held out`` or ``development``.

    Raises:
        CorpusMissing: A corpus is not here.
    """
    (full, excerpts), digest = read(_ARTICLES, _EXCERPTS[half])
    events = shuffled(_event("multinews", row) for row in full)
    return Source(
        events[_PARITY[half] :: 2], shuffled(_event("neus", row) for row in excerpts)[:_MANY], digest
    )


def _event(corpus: str, row: dict[str, Any]) -> Event:
    name = f"{corpus}/{row['id']}"
    return Event(name, tuple(_text(f"{name}/{number}", item) for number, item in enumerate(row["documents"])))


def _text(name: str, item: str | dict[str, str]) -> Text:
    return Text(name, item) if isinstance(item, str) else Text(name, item["text"], item["title"])
