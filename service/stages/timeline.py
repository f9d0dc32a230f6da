"""Timeline: what the story tells of a known day, chosen by salience and put in the order of the days."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from service.domain import ConflictSlot, DateAnchor, Occasion
from service.language.dating import dated, setting
from service.language.disputes import stated
from service.language.words import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from service.domain import Article, Dated, Dispute, Ranked
    from service.language.dating import Setting
    from service.similarity import Story

# Entries beside the other sides of a conflict, and how many are looked at.
_MOST, _LOOKED_AT = 12, 200
# Of the greatest salience, what a cluster must have that the summary does not tell.
_WORTHY = 0.4
# In days: what "yesterday" and the like of two articles can differ in for one day, because of time zones.
_ZONES = 1


def timeline(  # noqa: PLR0913, PLR0917  clusters, what they are of, and what is told of them already
    ranked: Sequence[Ranked],
    story: Story,
    articles: Sequence[Article],
    disputes: Sequence[Dispute],
    used: Collection[int],
    repeat: float,
) -> tuple[Occasion, ...]:
    """Choose what is worth telling of a known time: first what the summary tells, then by salience.

    Where articles disagree on a time, all sides stand whose time is known.

    Args:
        ranked: All clusters, by falling salience.
        story: The sentences and their similarities.
        articles: What the caller sent, for the dates of publication.
        disputes: Where articles disagree.
        used: Numbers of the clusters that the summary tells.
        repeat: Similarity from which two sentences on one time tell the same.

    Returns:
        At most one for a cluster and a time, the earliest first; of those that begin on one day, the longest
        first; else in the order of the story.
    """
    least = _WORTHY * max((item.salience for item in ranked), default=0.0)
    settings = _Settings(story, articles)
    found: list[Occasion] = []
    for item in sorted(ranked, key=lambda item: item.cluster.id not in used):
        if item.cluster.id in used or item.salience >= least:
            story.check()
            found += _of_cluster(item, story, settings, disputes)
    chosen = _distinct(found[:_LOOKED_AT], story, repeat)
    disputed = {number for occasion in chosen[:_MOST] for number in occasion.conflict_ids}
    kept = chosen[:_MOST] + [more for more in chosen[_MOST:] if disputed.intersection(more.conflict_ids)]
    return tuple(sorted(kept, key=lambda occasion: _order(occasion, story)))


class _Settings:
    """What is known of each article, read when it is first asked for."""

    def __init__(self, story: Story, articles: Sequence[Article]) -> None:
        self._articles = articles
        self._texts: dict[int, list[str]] = defaultdict(list)
        for sentence in story.sentences:
            self._texts[sentence.source].append(sentence.text)
        self._known: dict[int, Setting] = {}

    def of(self, source: int) -> Setting:
        if source not in self._known:
            when = self._articles[source].published_at
            self._known[source] = setting(when.date() if when else None, self._texts[source])
        return self._known[source]


def _of_cluster(
    item: Ranked, story: Story, settings: _Settings, disputes: Sequence[Dispute]
) -> Iterator[Occasion]:
    """Yield the times that a cluster tells, each with the sentence that tells it best."""
    members = zip(item.cluster.members, item.scores, strict=True) if item.scores else ()
    usable = sorted(
        ((index, score) for index, score in members if score is not None),
        key=lambda member: (member[0] != item.representative, -member[1], member[0]),
    )
    told: list[Occasion] = []
    for index, _ in usable:
        sentence = story.sentences[index]
        told += [
            Occasion(index, item.cluster.id, time, _conflicts(index, time, story, disputes))
            for time in dated(sentence.text, sentence.previous, settings.of(sentence.source))
        ]
    # The surest first, and the most exact.
    told.sort(key=lambda occasion: (occasion.dated.anchor is DateAnchor.PUBLISHED_AT, _days(occasion.dated)))
    kept: list[Occasion] = []
    for occasion in told:
        if not any(_one_time(occasion.dated, other.dated) for other in kept):
            kept.append(occasion)
    yield from kept


def _conflicts(index: int, time: Dated, story: Story, disputes: Sequence[Dispute]) -> tuple[int, ...]:
    """Return the disputes on a time: on a day, of the sentence, and in words that the expression has."""
    text = story.sentences[index].text
    expression = {word.lower() for word in words(text[time.start : time.end])}
    return tuple(
        dispute.id
        for dispute in disputes
        if dispute.slot in {ConflictSlot.DATE, ConflictSlot.TIME}
        and (value := stated(text, [index], dispute))
        and expression.intersection(map(str.lower, words(value.value)))
    )


def _days(time: Dated) -> int:
    return (time.period.last - time.period.first).days


def _one_time(time: Dated, other: Dated) -> bool:
    """Tell whether two times of one cluster can be one: one holds the other, or zones lie between."""
    near = abs((time.period.first - other.period.first).days) <= _ZONES
    zoned = DateAnchor.PUBLISHED_AT in {time.anchor, other.anchor} and _days(time) == _days(other) == 0
    return time.period.meets(other.period) or (near and zoned)


def _distinct(found: Sequence[Occasion], story: Story, repeat: float) -> list[Occasion]:
    """Leave out what an earlier one tells of the same time."""
    if not found:
        return []
    sentences = [occasion.sentence for occasion in found]
    vectors = story.encoded.vectors[sentences]
    similarity = np.maximum(story.between(sentences), vectors @ vectors.T)
    kept: list[int] = []
    for place, occasion in enumerate(found):
        period = occasion.dated.period
        if not any(
            found[other].dated.period.meets(period) and similarity[place, other] >= repeat for other in kept
        ):
            kept.append(place)
    return [found[place] for place in kept]


def _order(occasion: Occasion, story: Story) -> tuple[int, int, float, int, int]:
    sentence, period = story.sentences[occasion.sentence], occasion.dated.period
    return (
        period.first.toordinal(),
        -period.last.toordinal(),
        sentence.position,
        occasion.sentence,
        occasion.dated.start,
    )
