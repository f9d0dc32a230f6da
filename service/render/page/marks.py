"""What became of every passage of a source."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page import words
from service.render.page.fates import Fate, quoted
from service.render.page.quotes import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from service.render.page.quotes import Key, Quotes
    from service.render.page.texts import Text

    # Where in the article, what became of that, and why.
    Told = tuple[pb.Span, Fate, str]


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


def told(summary: pb.Summary, quotes: Quotes) -> Mapping[str, Sequence[Told]]:
    """Tell what became of every passage of the sources of a summary, by the id of the article."""
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for article_id, passage in (*_removed(summary), *_clustered(summary, quotes), *_quoted(summary, quotes)):
        found[article_id].append(passage)
    return found


def marks(passages: Iterable[Told], text: Text) -> tuple[Mark, ...]:
    """Return the marks of a source, those that are shown above others last."""
    found = [Mark(*text.place(span), fate, note) for span, fate, note in passages]
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


def _removed(summary: pb.Summary) -> Iterator[tuple[str, Told]]:
    for source in summary.sources:
        for removed in source.removed:
            off_topic = removed.reason == pb.REMOVAL_REASON_OFF_TOPIC
            fate = Fate.OFF_TOPIC if off_topic else Fate.REMOVED
            yield source.article_id, (removed.span, fate, words.told(words.REMOVALS, removed.reason))


def _clustered(summary: pb.Summary, quotes: Quotes) -> Iterator[tuple[str, Told]]:
    """Yield what became of the sentences that are not quoted themselves."""
    said = {sentence.cluster_id: _numbers(sentence, quotes) for sentence in summary.sentences}
    why = {draft.cluster_id: words.told(words.DROPS, draft.reason) for draft in summary.dropped}
    known = {place(item.citation) for item in summary.known}
    for cluster in summary.clusters:
        follows = next((place(member) for member in cluster.members if place(member) in known), None)
        for member in cluster.members:
            if place(member) in quotes.by_place:
                continue
            fate, note = Fate.UNUSED, "not told in the summary"
            if numbers := said.get(cluster.id):
                fate, note = Fate.MERGED, f"{words.told(words.MERGES, member.reason)}; told with {numbers}"
            elif follows:
                fate, note = Fate.KNOWN, f"left out as known, with quote {quotes.by_place[follows].number}"
            elif cluster.id in why:
                note += f"; its draft was not sent: {why[cluster.id]}"
            yield member.article_id, (member.span, fate, note)


def _quoted(summary: pb.Summary, quotes: Quotes) -> Iterator[tuple[str, Told]]:
    fates, told_of = quoted(summary), notes(summary, quotes)
    for key, quote in quotes.by_place.items():
        yield quote.citation.article_id, (quote.citation.span, fates[key][0], told_of[key])


def notes(summary: pb.Summary, quotes: Quotes) -> Mapping[Key, str]:
    """Return what is said of every quoted passage: its number, and what it is quoted for."""
    reasons = _reasons(summary)
    return {
        key: f"quote {quotes.by_place[key].number}"
        + "".join(words.QUOTED_FOR.get(fate.name, "") for fate in fates)
        + reasons.get(key, "")
        for key, fates in quoted(summary).items()
    }


def _reasons(summary: pb.Summary) -> Mapping[Key, str]:
    """Return why sentences were merged with others that the summary tells, by their place."""
    said = {sentence.cluster_id for sentence in summary.sentences}
    return {
        place(member): f", merged: {words.told(words.MERGES, member.reason)}"
        for cluster in summary.clusters
        if len(cluster.members) > 1 and cluster.id in said
        for member in cluster.members
    }


def _numbers(sentence: pb.SummarySentence, quotes: Quotes) -> str:
    return "quote " + ", ".join(str(marker.number) for marker in quotes.markers(sentence.citations))
