"""What became of every passage of a source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page import words
from service.render.page.quotes import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.render.page.quotes import Key, Quotes
    from service.render.page.texts import Text


class Fate(IntEnum):
    """What became of a passage; where two overlap, the later one here is shown."""

    REMOVED = 0
    OFF_TOPIC = 1
    UNUSED = 2
    MERGED = 3
    DISPUTED = 4
    QUOTED = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of a source.

    Attributes:
        start: First UTF-16 unit.
        end: One past the last.
        fate: What became of it.
        note: Why, in words.
    """

    start: int
    end: int
    fate: Fate
    note: str


def marks(summary: pb.Summary, source: pb.SourceReport, text: Text, quotes: Quotes) -> tuple[Mark, ...]:
    """Return the marks of a source, those that are shown above others last."""
    found = [*_removed(source, text), *_merged(summary, source, text, quotes)]
    found += _quoted(summary, source, text, quotes)
    return tuple(sorted(found, key=lambda mark: (mark.fate, mark.start - mark.end)))


def runs(found: Sequence[Mark], length: int) -> tuple[Mark, ...]:
    """Cut marks where others lie above them, so that none overlap. They come in the order of the text."""
    paint = np.full(length + 2, -1)
    for number, mark in enumerate(found):
        paint[mark.start + 1 : mark.end + 1] = number
    edges = np.flatnonzero(np.diff(paint))
    painted = zip(edges[:-1], edges[1:], paint[edges[:-1] + 1], strict=True) if len(edges) else ()
    return tuple(
        Mark(int(start), int(end), found[number].fate, found[number].note)
        for start, end, number in painted
        if number >= 0
    )


def _removed(source: pb.SourceReport, text: Text) -> Iterator[Mark]:
    for removed in source.removed:
        off_topic = removed.reason == pb.REMOVAL_REASON_OFF_TOPIC
        fate = Fate.OFF_TOPIC if off_topic else Fate.REMOVED
        yield Mark(*text.place(removed.span), fate, words.told(words.REMOVALS, removed.reason))


def _merged(summary: pb.Summary, source: pb.SourceReport, text: Text, quotes: Quotes) -> Iterator[Mark]:
    said = {sentence.cluster_id: sentence for sentence in summary.sentences}
    for cluster in summary.clusters:
        sentence = said.get(cluster.id)
        for member in cluster.members:
            if member.article_id != source.article_id or place(member) in quotes.by_place:
                continue
            start, end = text.place(member.span)
            if sentence is None:
                yield Mark(start, end, Fate.UNUSED, "not told in the summary")
            else:
                numbers = _numbers(marker.number for marker in quotes.markers(sentence.citations))
                reason = words.told(words.MERGES, member.reason)
                yield Mark(start, end, Fate.MERGED, f"{reason}; told with {numbers}")


def _quoted(summary: pb.Summary, source: pb.SourceReport, text: Text, quotes: Quotes) -> Iterator[Mark]:
    told = {
        marker.number
        for sentence in summary.sentences
        for marker in quotes.markers(sentence.citations)
        if not marker.against
    }
    reasons = _reasons(summary)
    for key, quote in quotes.by_place.items():
        if quote.citation.article_id == source.article_id:
            fate = Fate.QUOTED if quote.number in told else Fate.DISPUTED
            note = f"quote {quote.number}{reasons.get(key, '')}"
            yield Mark(*text.place(quote.citation.span), fate, note)


def _reasons(summary: pb.Summary) -> dict[Key, str]:
    """Return why sentences were merged with others, by their place."""
    return {
        place(member): f", merged: {words.told(words.MERGES, member.reason)}"
        for cluster in summary.clusters
        if len(cluster.members) > 1
        for member in cluster.members
    }


def _numbers(numbers: Iterable[int]) -> str:
    return "quote " + ", ".join(map(str, numbers))
