"""Plan: which clusters, in what order, within the length that was asked for."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.domain import Drafting, Plan, PlanItem, Style
from service.language.reference import quotable, refers_back
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from service.domain import Ranked, SummaryOptions, Told
    from service.similarity import Story

# Weight of salience against novelty in maximal marginal relevance (Carbonell and Goldstein, 1998).
_SALIENCE = 0.8
# A sentence of this many words costs its salience in full; longer ones cost more of the length.
_FAIR_LENGTH = 22
_LENGTH_POWER = 0.4
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

    The first one chosen leads; the others follow in the order in which the articles tell them. Bullets
    stand in the order of the choice, and none goes on from another. What is planned to fill the rest of a
    summary is to be extracted, so that its length is known.

    Args:
        ranked: All clusters that may be told, by falling salience.
        story: The sentences and their similarities.
        options: Length, drafting, and the share of one article.
        repeat: Similarity, of meaning or of claim, from which a candidate repeats a chosen one.
        told: What became of the claims that were planned before.
    """
    fuse = options.drafting is Drafting.ABSTRACTIVE and not told
    candidates = [_Candidate(item, story, fuse=fuse) for item in ranked if item.representative is not None]
    if options.style is Style.BULLETS:
        candidates = [item for item in candidates if not refers_back(item.sentence)]
    chooser = _Chooser(_Pool(candidates), _Closeness(story), story, options, repeat, tuple(told), ranked)
    chosen = chooser.within_shares()
    lead = len(chosen) if options.style is Style.BULLETS else 0 if told else 1
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


class _Closeness:
    """How close every sentence of the story is to one of them, worked out once for each that is asked for."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._negated = np.array([stated.negated for stated in story.facts])
        self._known: dict[int, NDArray[np.float32]] = {}

    def to(self, index: int) -> NDArray[np.float32]:
        """Return the closeness to a sentence. A denial never repeats what it denies, however close it is.

        Shape: ``(sentences,)``.
        """
        if index not in self._known:
            claims = self._story.rows(index, index + 1)[0]
            meaning = self._story.encoded.vectors @ self._story.encoded.vectors[index]
            alike = self._negated == self._negated[index]
            self._known[index] = np.where(alike, np.maximum(claims, meaning), np.float32(0.0))
        return self._known[index]


class _Pool:
    """What a choice looks at of every candidate. Shape of each array: ``(candidates,)``."""

    def __init__(self, items: Sequence[_Candidate]) -> None:
        self.items = items
        self.index = np.array([item.index for item in items], dtype=np.int64)
        self.length = np.array([item.length for item in items], dtype=np.int64)
        # What several articles state counts for none of them; -1 is the last place of any array.
        self.given = np.array([-1 if item.given is None else item.given for item in items], dtype=np.int64)
        self.worth = np.array([item.worth for item in items], dtype=np.float64)
        self.opening = self.worth + _OPENING * np.array([item.ranked.lead for item in items])


class _Selection:
    """What is chosen so far, how close every candidate is to it, and which may still be chosen."""

    def __init__(self, pool: _Pool, closeness: _Closeness, articles: int) -> None:
        self.items: list[_Candidate] = []
        self.open = np.ones(len(pool.items), dtype=np.bool_)
        self._pool = pool
        self._closeness = closeness
        self._nearest = np.zeros(len(pool.items), dtype=np.float32)
        self._taken = np.zeros(articles + 1, dtype=np.int64)

    def add(self, item: _Candidate) -> None:
        """Take a candidate."""
        self.items.append(item)
        self._nearest = np.maximum(self._nearest, self._closeness.to(item.index)[self._pool.index])
        self._taken[-1 if item.given is None else item.given] += item.given is not None

    def close(self, left: int, cap: int, repeat: float) -> None:
        """Rule out what is too long, of an article that gave enough, or a repetition."""
        fits = (self._pool.length <= left) & (self._taken[self._pool.given] < cap)
        self.open &= fits & (self._nearest < repeat)

    def best(self, worthy: NDArray[np.bool_]) -> int:
        """Return the place of the greatest marginal relevance; the first one must be fit to open as well."""
        value = _SALIENCE * self._pool.worth - (1 - _SALIENCE) * self._nearest.astype(np.float64)
        return int(np.argmax(np.where(worthy, value if self.items else self._pool.opening, -np.inf)))


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
    """What a choice depends on: the arguments of :func:`plan`, and what is worked out of them once."""

    pool: _Pool
    closeness: _Closeness
    story: Story
    options: SummaryOptions
    repeat: float
    told: tuple[Told, ...]
    ranked: Sequence[Ranked]

    def within_shares(self) -> list[_Choice]:
        """Choose again with a smaller cap until no article gives more than its share of the summary."""
        shares = self._shares()
        cap = len(self.pool.items)
        while cap > 0:
            self.story.check()
            before, chosen = self._choose(cap)
            given = Counter(item.given for item in before) + Counter(choice.item.given for choice in chosen)
            counts = {source: count for source, count in given.items() if source is not None}
            if all(
                count <= max(math.ceil(shares[source] * given.total()), 1) for source, count in counts.items()
            ):
                return chosen
            # Any cap from the greatest count up would choose the same again.
            cap = min(cap, max(counts.values())) - 1
        return []

    def _shares(self) -> dict[int, float]:
        """Return which share of the sentences each article may give alone."""
        members = (member for item in self.ranked for member in item.cluster.members)
        told = Counter(self.story.sentences[member].source for member in members)
        if len(told) == 1:
            return dict.fromkeys(told, 1.0)
        if self.options.max_share_per_source is not None:
            return dict.fromkeys(told, self.options.max_share_per_source)
        # A scrap of an article beside a whole one must not cut the summary to as little as the scrap holds.
        return {source: max(_SHARE, count / told.total()) for source, count in told.items()}

    def _choose(self, cap: int) -> tuple[list[_Candidate], list[_Choice]]:
        """Return the candidates that were told before, and those to tell now, in the order of choice."""
        words = {claim.cluster_id: claim.words for claim in self.told}
        before = [item for item in self.pool.items if words.get(item.ranked.cluster.id)]
        selection = _Selection(self.pool, self.closeness, self._articles())
        selection.open &= [item.ranked.cluster.id not in words for item in self.pool.items]
        for item in before:
            selection.add(item)
        chosen: list[_Choice] = []
        left = self.options.max_words - sum(words.values())
        while len(selection.items) < (self.options.max_sentences or math.inf):
            selection.close(left, cap, self.repeat)
            worthy = self._worthy(selection, left)
            if not worthy.any():
                break
            place = selection.best(worthy)
            best = self.pool.items[place]
            selection.add(best)
            selection.open[place] = False
            chosen.append(_Choice(best, best.words(left)))
            left -= chosen[-1].words
        return before, chosen

    def _articles(self) -> int:
        return 1 + max(sentence.source for sentence in self.story.sentences)

    def _worthy(self, selection: _Selection, left: int) -> NDArray[np.bool_]:
        """Return what is worth its words: when few are left, only what matters much."""
        if left >= _FILLED * self.options.max_words or not selection.items:
            return selection.open
        return selection.open & (self.pool.worth > _WORTHY * selection.items[0].worth)
