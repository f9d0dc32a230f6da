"""Near copies that differ in a name or a negation."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.candidates import close
from service.disagreement.texts import Found, Side, sources_of
from service.domain import ConflictSlot, ConflictStatus
from service.language.copies import AFFIRMED, Difference, align
from service.language.wording import quoted
from service.language.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.disagreement.texts import Text
    from service.language.copies import Edit
    from service.similarity import Story

# Least similarity of near copies.
_COPIES = 0.7
_EDITED = {
    Difference.PERSON: (ConflictSlot.PERSON, "a name"),
    Difference.PLACE: (ConflictSlot.PLACE, "a place"),
    Difference.POLARITY: (ConflictSlot.POLARITY, ""),
}


def of_copies(story: Story, texts: Sequence[Text]) -> Iterator[Found]:
    """Yield the disputes of near copies.

    Args:
        story: The sentences and their similarities.
        texts: The distinct sentences of the story.
    """
    for (difference, _), values in _edits(story, texts).items():
        slot, what = _EDITED[difference]
        sources = [sources_of(held) for held in values.values()]
        if not sources[0] & sources[1]:
            what = what or quoted(min(text.text for text in values[AFFIRMED]))
            sides = [Side(value, "", held) for value, held in values.items()]
            yield Found(slot, ConflictStatus.CONFLICT, sides, what)


def _edits(
    story: Story, texts: Sequence[Text]
) -> dict[tuple[Difference, frozenset[str]], dict[str, set[Text]]]:
    """Return what stands at one place of near copies, and where each of both stands."""
    stems: dict[int, set[str]] = defaultdict(set)
    for text in texts:
        for source in text.sources:
            stems[source] |= content_stems(text.text)
    found: dict[tuple[Difference, frozenset[str]], dict[str, set[Text]]] = {}
    for one, other, _ in close(story, [text.sentences[0] for text in texts], _COPIES):
        story.check()
        pair = texts[one], texts[other]
        if pair[0].sources & pair[1].sources:
            continue
        edit = align(pair[0].text, pair[1].text).edit()
        if edit and not any(_mentions(pair[side], edit, 1 - side, stems) for side in (0, 1)):
            values = found.setdefault((edit.difference, frozenset(edit.values)), defaultdict(set))
            for value, text in zip(edit.values, pair, strict=True):
                values[value].add(text)
    return found


def _mentions(text: Text, edit: Edit, side: int, stems: Mapping[int, set[str]]) -> bool:
    """Tell whether an article of one near copy knows the name that stands in the other."""
    return any(bool(edit.stems[side]) and edit.stems[side] <= stems[source] for source in text.sources)
