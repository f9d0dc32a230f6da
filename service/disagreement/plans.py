"""What one article tells as planned and another as done: both were right when they were written.

The tense tells which was written first. If the dates of publication are known, they must say the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from service.candidates import close
from service.disagreement.texts import Found, Side, sources_of
from service.domain import ConflictSlot, ConflictStatus
from service.language.moments import moments
from service.language.plans import deeds, mentioned
from service.language.quantities import Agreement
from service.linkage import components

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.disagreement.texts import Text
    from service.domain import Article
    from service.language.plans import Deed
    from service.similarity import Story

# Least similarity of the two sentences.
_ALIKE = 0.45


@dataclass(frozen=True, slots=True)
class _Told:
    """A deed and the sentence that tells it."""

    where: Text
    deed: Deed


def of_plans(story: Story, texts: Sequence[Text], articles: Sequence[Article]) -> Iterator[Found]:
    """Yield what is planned in some articles and done in others, of which none tells both.

    Args:
        story: The sentences and their similarities.
        texts: The distinct sentences of the story.
        articles: What the caller sent, for the dates of publication.
    """
    told: dict[str, list[_Told]] = defaultdict(list)
    known: dict[tuple[str, bool], set[int]] = defaultdict(set)
    for text in texts:
        story.check()
        for key in mentioned(text.text):
            known[key] |= text.sources
        for deed in deeds(text.text):
            told[deed.name].append(_Told(text, deed))
    for name, group in sorted(told.items()):
        both = known[name, True] & known[name, False]
        one_sided = [item for item in group if not item.where.sources & both]
        pairs = [pair for pair in _pairs(story, one_sided) if _can_follow(*pair, articles)]
        yield from _disputes(name, pairs)


def _pairs(story: Story, group: Sequence[_Told]) -> Iterator[tuple[_Told, _Told]]:
    """Yield a plan and a deed of similar sentences that are one."""
    for one, other, _ in close(story, [item.where.sentences[0] for item in group], _ALIKE):
        plan, done = sorted((group[one], group[other]), key=lambda item: item.deed.done)
        if plan.deed.done is not done.deed.done and plan.deed.same_as(done.deed):
            yield plan, done


def _can_follow(plan: _Told, done: _Told, articles: Sequence[Article]) -> bool:
    """Tell whether a deed can be what was planned: not told before it, and not at another time."""
    before, after = (
        [articles[source].published_at for source in item.where.sources] for item in (plan, done)
    )
    if any(early and late and early >= late for early, late in product(before, after)):
        return False
    times = [
        [time.anchored(day.date() if day else None) for time in moments(item.where.text) for day in days]
        for item, days in ((plan, before), (done, after))
    ]
    return not any(one.agreement(other) is Agreement.DIFFERENT for one, other in product(*times))


def _disputes(name: str, pairs: Sequence[tuple[_Told, _Told]]) -> Iterator[Found]:
    """Yield a dispute of the pairs that share a sentence."""
    order = {
        text: number
        for number, text in enumerate(dict.fromkeys(item.where for pair in pairs for item in pair))
    }
    labels = components(len(order), [(order[plan.where], order[done.where]) for plan, done in pairs])
    groups: dict[int, list[tuple[_Told, _Told]]] = defaultdict(list)
    for plan, done in pairs:
        groups[int(labels[order[plan.where]])].append((plan, done))
    for group in groups.values():
        before, after = ([pair[side] for pair in group] for side in (0, 1))
        if not sources_of(item.where for item in before) & sources_of(item.where for item in after):
            yield Found(
                ConflictSlot.POLARITY,
                ConflictStatus.TIME_OF_WRITING,
                [_side(before), _side(after)],
                f"whether the {name} was still to come",
            )


def _side(told: Sequence[_Told]) -> Side:
    wording = min((item.deed.wording for item in told), key=lambda text: (len(text), text))
    return Side(" ".join(wording.split()), "", {item.where for item in told})
