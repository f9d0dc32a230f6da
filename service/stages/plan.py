"""Plan: which clusters, in what order, within the length that was asked for."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.domain import Drafting, Plan, PlanItem
from service.language.reference import quotable
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Ranked, SummaryOptions, Told
    from service.similarity import Story

# Weight of salience against novelty in maximal marginal relevance (Carbonell and Goldstein, 1998).
_SALIENCE = 0.8
# A sentence of this many words costs its salience in full; longer ones cost more of the length.
_FAIR_LENGTH = 22
_LENGTH_POWER = 0.25
# Words that a fused sentence may need beyond the one that it would replace, and at least in all.
_EXTRA, _ROOM = 4, 18
# Weight of fitness to open the summary against salience, for the first sentence.
_OPENING = 1.8
# When less than this share of the length is left, only claims of at least this worth of the first fill it.
_FILLED, _WORTHY = 0.15, 0.5
# Share of the sentences that one article may give alone, if the caller does not say.
_SHARE = 0.5


def plan(
    ranked: Sequence[Ranked],
    story: Story,
    options: SummaryOptions,
    repeat: float,
    told: Sequence[Told] = (),
) -> Plan:
    """Choose clusters by maximal marginal relevance until the length is used up.

    The first one chosen leads; the others follow in the order in which the articles tell them. What is
    planned to fill the rest of a summary is to be extracted, so that its length is known.

    Args:
        ranked: All clusters, by falling salience.
        story: The sentences and their similarities.
        options: Length, drafting, and the share of one article.
        repeat: Similarity, of meaning or of claim, from which a candidate repeats a chosen one.
        told: What became of the claims that were planned before.
    """
    fuse = options.drafting is Drafting.ABSTRACTIVE and not told
    candidates = [_Candidate(item, story, fuse=fuse) for item in ranked if item.representative is not None]
    chosen = _Chooser(tuple(candidates), story, options, repeat, tuple(told)).within_shares()
    lead = 0 if told else 1
    ordered = [*chosen[:lead], *sorted(chosen[lead:], key=lambda choice: choice.item.place)]
    left = options.max_words - sum(claim.words for claim in told) - sum(choice.words for choice in ordered)
    spare = left // max(len(ordered), 1)
    return Plan(tuple(choice.planned(spare) for choice in ordered))


class _Candidate:
    """A cluster seen through its representative."""

    def __init__(self, ranked: Ranked, story: Story, *, fuse: bool) -> None:
        index = ranked.representative
        if index is None:
            message = "a candidate needs a sentence that can stand alone"
            raise ValueError(message)
        members = [story.sentences[member] for member in ranked.cluster.members]
        self.ranked = ranked
        self.index = index
        self.source = story.sentences[index].source
        self.sentence = quotable(story.sentences[index].text)
        self.length = word_count(self.sentence)
        self.fuse = fuse and ranked.cluster.articles > 1
        # What several articles state is not given by one of them.
        self.given = self.source if ranked.cluster.articles == 1 else None
        self.place = (sum(member.position for member in members) / len(members), ranked.cluster.id)
        self.worth = ranked.salience * min(1.0, math.pow(_FAIR_LENGTH / self.length, _LENGTH_POWER))

    def words(self, left: int) -> int:
        """Return the words to set aside: a fused sentence needs more than the one that it would replace."""
        room = max(self.length + _EXTRA, _ROOM)
        return room if self.fuse and room <= left else self.length


class _Selection:
    """What is chosen so far, and how close every sentence of the story is to it."""

    def __init__(self, story: Story) -> None:
        self.items: list[_Candidate] = []
        self.nearest = np.zeros(len(story.sentences), dtype=np.float32)
        self._story = story
        self._negated = np.array([stated.negated for stated in story.facts])

    def add(self, item: _Candidate) -> None:
        """Take a candidate. A denial never repeats what it denies, however close its words are."""
        self.items.append(item)
        claims = self._story.rows(item.index, item.index + 1)[0]
        meaning = self._story.encoded.vectors @ self._story.encoded.vectors[item.index]
        alike = self._negated == self._negated[item.index]
        self.nearest = np.maximum(self.nearest, np.where(alike, np.maximum(claims, meaning), 0.0))

    def value(self, item: _Candidate) -> float:
        """Return the marginal relevance of a candidate; the first one must be fit to open as well."""
        if not self.items:
            return item.worth + _OPENING * item.ranked.lead
        return _SALIENCE * item.worth - (1 - _SALIENCE) * float(self.nearest[item.index])


@dataclass(frozen=True, slots=True)
class _Choice:
    """A candidate that was chosen, and the words set aside for it."""

    item: _Candidate
    words: int

    def planned(self, spare: int) -> PlanItem:
        """Return it as a part of the plan; it is fused if the words allow."""
        fuse = self.item.fuse and self.words > self.item.length
        return PlanItem(self.item.ranked, self.item.sentence, self.words + spare, fuse)


@dataclass(frozen=True, slots=True)
class _Chooser:
    """What a choice depends on; the fields are the arguments of :func:`plan`."""

    candidates: tuple[_Candidate, ...]
    story: Story
    options: SummaryOptions
    repeat: float
    told: tuple[Told, ...]

    def within_shares(self) -> list[_Choice]:
        """Choose again with a smaller cap until no article gives more than its share of the summary."""
        shares = self._shares()
        for cap in range(len(self.candidates), 0, -1):
            self.story.check()
            before, chosen = self._choose(cap)
            given = Counter(item.given for item in before) + Counter(choice.item.given for choice in chosen)
            if all(
                count <= max(math.ceil(shares[source] * given.total()), 1)
                for source, count in given.items()
                if source is not None
            ):
                return chosen
        return []

    def _shares(self) -> dict[int, float]:
        """Return which share of the sentences each article may give alone."""
        told = Counter(sentence.source for sentence in self.story.sentences)
        if len(told) == 1:
            return dict.fromkeys(told, 1.0)
        if self.options.max_share_per_source is not None:
            return dict.fromkeys(told, self.options.max_share_per_source)
        # A scrap of an article beside a whole one must not cut the summary to as little as the scrap holds.
        return {source: max(_SHARE, count / told.total()) for source, count in told.items()}

    def _choose(self, cap: int) -> tuple[list[_Candidate], list[_Choice]]:
        """Return the candidates that were told before, and those to tell now, in the order of choice."""
        words = {claim.cluster_id: claim.words for claim in self.told}
        before = [item for item in self.candidates if words.get(item.ranked.cluster.id)]
        pool = [item for item in self.candidates if item.ranked.cluster.id not in words]
        selection = _Selection(self.story)
        for item in before:
            selection.add(item)
        chosen: list[_Choice] = []
        left = self.options.max_words - sum(words.values())
        taken = Counter(item.given for item in before)
        while len(selection.items) < (self.options.max_sentences or math.inf):
            pool = [
                item
                for item in pool
                if item.length <= left
                and (item.given is None or taken[item.given] < cap)
                and selection.nearest[item.index] < self.repeat
            ]
            if not (worthy := self._worthy(pool, selection, left)):
                break
            best = max(worthy, key=selection.value)
            selection.add(best)
            chosen.append(_Choice(best, best.words(left)))
            taken[best.given] += 1
            left -= chosen[-1].words
            pool.remove(best)
        return before, chosen

    def _worthy(self, pool: list[_Candidate], selection: _Selection, left: int) -> list[_Candidate]:
        """Return what is worth its words: when few are left, only what matters much."""
        if left >= _FILLED * self.options.max_words or not selection.items:
            return pool
        return [item for item in pool if item.worth > _WORTHY * selection.items[0].worth]
