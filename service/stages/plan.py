"""Plan: which clusters, in what order, within the length that was asked for."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from service.domain import Plan, PlanItem
from service.language.facts import negated
from service.language.reference import quotable
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Ranked, SummaryOptions
    from service.similarity import Story

# Weight of salience against novelty in maximal marginal relevance (Carbonell and Goldstein, 1998).
_SALIENCE = 0.8
# A sentence of this many words costs its salience in full; longer ones cost more of the length.
_FAIR_LENGTH = 22
_LENGTH_POWER = 0.25
# Weight of fitness to open the summary against salience, for the first sentence.
_OPENING = 1.8
# When less than this share of the length is left, only claims of at least this worth of the first fill it.
_FILLED, _WORTHY = 0.15, 0.5


def plan(ranked: Sequence[Ranked], story: Story, options: SummaryOptions, repeat: float) -> Plan:
    """Choose clusters by maximal marginal relevance until the length is used up.

    The first one chosen leads; the others follow in the order in which the articles tell them.

    Args:
        ranked: All clusters, by falling salience.
        story: The sentences and their similarities.
        options: Length and the share of one article.
        repeat: Similarity, of meaning or of claim, from which a candidate repeats a chosen one.
    """
    candidates = [_Candidate(item, story) for item in ranked if item.representative is not None]
    chosen = _within_shares(candidates, story, options, repeat)
    ordered = chosen[:1] + sorted(chosen[1:], key=lambda item: item.place)
    spare = (options.max_words - sum(item.words for item in ordered)) // max(len(ordered), 1)
    return Plan(tuple(PlanItem(item.ranked, item.sentence, item.words + spare) for item in ordered))


class _Candidate:
    """A cluster seen through its representative."""

    def __init__(self, ranked: Ranked, story: Story) -> None:
        index = ranked.representative
        if index is None:
            message = "a candidate needs a sentence that can stand alone"
            raise ValueError(message)
        members = [story.sentences[member] for member in ranked.cluster.members]
        self.ranked = ranked
        self.source = story.sentences[index].source
        self.sentence = quotable(story.sentences[index].text)
        self.words = word_count(self.sentence)
        self.place = (sum(member.position for member in members) / len(members), ranked.cluster.id)
        self.worth = ranked.salience * min(1.0, math.pow(_FAIR_LENGTH / self.words, _LENGTH_POWER))
        self.claims = story.rows(index, index + 1)[0]
        self.vector = story.encoded.vectors[index]
        self.index = index
        self.negated = negated(self.sentence)

    def likeness(self, other: _Candidate) -> float:
        """Return how much one repeats the other, as cosine or as claim, whichever is more.

        A denial never repeats what it denies, however close its words are.
        """
        claims = float(self.claims[other.index])
        meaning = float(self.vector @ other.vector)
        return claims if self.negated != other.negated else max(claims, meaning)


def _within_shares(
    candidates: Sequence[_Candidate], story: Story, options: SummaryOptions, repeat: float
) -> list[_Candidate]:
    """Choose again with a smaller cap until no article has more than its share of what was chosen."""
    articles = len({sentence.source for sentence in story.sentences})
    cap = len(candidates)
    while True:
        chosen = _choose(candidates, options, repeat, cap)
        allowed = math.ceil(options.max_share_per_source * len(chosen)) if articles > 1 else len(candidates)
        most = max(Counter(item.source for item in chosen).values(), default=0)
        if most <= max(allowed, 1):
            return chosen
        cap = most - 1


def _choose(
    candidates: Sequence[_Candidate], options: SummaryOptions, repeat: float, cap: int
) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    taken: Counter[int] = Counter()
    left = options.max_words
    pool = list(candidates)
    limit = options.max_sentences or len(pool)
    while pool and len(chosen) < limit:
        pool = [item for item in pool if item.words <= left and taken[item.source] < cap]
        scored = [(_value(item, chosen, repeat), -rank, item) for rank, item in enumerate(pool)]
        scored = [entry for entry in scored if entry[0] > -math.inf]
        if left < _FILLED * options.max_words:
            scored = [entry for entry in scored if entry[2].worth > _WORTHY * chosen[0].worth]
        if not scored:
            break
        best = max(scored)[2]
        chosen.append(best)
        taken[best.source] += 1
        left -= best.words
        pool = [item for _, _, item in scored if item is not best]
    return chosen


def _value(candidate: _Candidate, chosen: Sequence[_Candidate], repeat: float) -> float:
    """Maximal marginal relevance; a candidate that repeats a chosen one is worth nothing at all.

    The first one must be fit to open the summary as well.
    """
    if not chosen:
        return candidate.worth + _OPENING * candidate.ranked.lead
    nearest = max(candidate.likeness(item) for item in chosen)
    return -math.inf if nearest >= repeat else _SALIENCE * candidate.worth - (1 - _SALIENCE) * nearest
