"""What can become of a passage of a source, and what became of those that are quoted."""

from __future__ import annotations

from collections import defaultdict
from enum import IntEnum
from typing import TYPE_CHECKING

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page.quotes import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.render.page.quotes import Key


class Fate(IntEnum):
    """What became of a passage; where two overlap, the later one here is shown."""

    REMOVED = 0
    OFF_TOPIC = 1
    UNUSED = 2
    MERGED = 3
    KNOWN = 4
    DATED = 5
    DISPUTED = 6
    QUOTED = 7


def quoted(summary: pb.Summary) -> Mapping[Key, Sequence[Fate]]:
    """Return what every quoted passage is quoted for, the first of them to be shown."""
    fates: defaultdict[Key, set[Fate]] = defaultdict(set)
    for fate, citation in _citations(summary):
        fates[place(citation)].add(fate)
    return {key: sorted(found, reverse=True) for key, found in fates.items()}


def _citations(summary: pb.Summary) -> Iterator[tuple[Fate, pb.Citation]]:
    yield from ((Fate.QUOTED, citation) for citation in summary.headline.citations)
    for sentence in summary.sentences:
        for citation in sentence.citations:
            against = citation.role == pb.CITATION_ROLE_CONTRADICTS
            yield Fate.DISPUTED if against else Fate.QUOTED, citation
    for conflict in summary.conflicts:
        for value in conflict.values:
            yield from ((Fate.DISPUTED, citation) for citation in value.citations)
    yield from ((Fate.DATED, entry.citation) for entry in summary.timeline)
    yield from ((Fate.KNOWN, known.citation) for known in summary.known)
