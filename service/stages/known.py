"""Known: which claims follow from what the reader knows already, and so are no news.

A claim follows from one sentence of the background if that sentence supports it, as a cited span supports a
sentence of the summary: it is close in meaning and holds the claim's words, and no exact rule speaks against
it. Every number, date, name and quotation of the claim must stand in that one sentence, and so must words
such as "all" and what happens; who did it to whom must be the same, and nothing planned may have been done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from service.domain import Known, News, Support
from service.language.calendar import dates
from service.language.events import events, tokens
from service.language.facts import facts, quotations
from service.language.guards import Evidence, exchanged
from service.language.numbers import numbers
from service.language.reference import quotable
from service.language.words import content_stems, lexicon, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.domain import Ranked, Sentence, Vectors
    from service.language.facts import Facts
    from service.ports import Encoder
    from service.similarity import Story

# What says how much of a thing is meant, and that it is still to come: no words that carry meaning, and yet
# what was planned is news when it is done, and so is what was true of some when it is true of all.
_SCOPE = lexicon(
    """
    all any both each entire every everybody everyone first last most nobody none only still
    again always never
    """
)
_AHEAD = lexicon(
    """
    will would shall plans plan planned planning expects expect expected set due scheduled slated intends
    intend willing wants want hopes hope considering weighing going
    """
)
# Characters of a sentence; what is longer is none, and nothing follows from it.
_LONGEST = 1_000
# Support of a sentence that was found to state the same as one that follows.
_SAME_CLAIM = 0.5
# Decimal places of a score that count.
_DIGITS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """Sentences that the reader knows, ready to be held against the claims of a story.

    Attributes:
        story: The sentences of the articles.
        threshold: The least support with which a claim follows.
        texts: Distinct sentences, in the order of their letters.
        indices: Of each, the first text of the background that has it.
        facts: What each states.
        vectors: Embeddings with the topic taken out, unit rows. Shape: ``(sentences, dimensions)``.
    """

    story: Story
    threshold: float
    texts: tuple[str, ...]
    indices: tuple[int, ...]
    facts: tuple[Facts, ...]
    vectors: Vectors

    def support(self, claim: str, vector: Vectors, least: float | None = None) -> Support | None:
        """Return the sentence from which a claim follows, the closest if there are several.

        Args:
            claim: One sentence.
            vector: Its embedding, of unit length. Shape: ``(dimensions,)``.
            least: The least support; the threshold if None.
        """
        least = self.threshold if least is None else least
        cosine = self.vectors @ self.story.centred(vector[None, :])[0]
        # Words add no more than half.
        near = np.flatnonzero(cosine >= 2 * least - 1).tolist()
        if not near:
            return None
        stated = facts(claim, self.story.names)
        found = [
            Support(index, score)
            for index in near
            if (score := self._score(stated, index, float(cosine[index]))) >= least
            and self._holds(claim, stated, index)
        ]
        return min(found, key=lambda entry: (-entry.score, self.indices[entry.sentence]), default=None)

    def _score(self, stated: Facts, index: int, cosine: float) -> float:
        """Return how much a sentence supports a claim: by closeness and by the words that it holds."""
        covered = self.story.covered(stated.stems, self.facts[index].stems)
        return round(min(max((cosine + covered) / 2, 0.0), 1.0), _DIGITS)

    def _holds(self, claim: str, stated: Facts, index: int) -> bool:
        """Tell whether a sentence has all exact things that a claim states, and says nothing against it."""
        known = self.facts[index]
        return (
            not stated.contradict(known)
            and known.states_all_of(stated)
            and stated.names | _opening(claim) <= known.names | known.stems
            and _deeds(claim) <= _deeds(self.texts[index]) | known.stems
            and all(marks <= others for marks, others in zip(stated.marks, known.marks, strict=True))
            and all(_words(quoted) in _words(self.texts[index]) for quoted in quotations(claim))
            and _as_wide(claim, self.texts[index])
            and not exchanged(Evidence(claim, (self.texts[index],), self.story.names, seams=0))
        )


def background(sentences: Sequence[Sentence], story: Story, encoder: Encoder, threshold: float) -> Background:
    """Make ready what the reader knows.

    Args:
        sentences: Those of the background; the source of each is the index of its text. Their order decides
            nothing but which index is told.
        story: The sentences of the articles.
        encoder: Embeds them.
        threshold: The least support with which a claim follows.
    """
    first: dict[str, int] = {}
    for sentence in sentences:
        if len(sentence.text) <= _LONGEST:
            first.setdefault(" ".join(sentence.text.split()), sentence.source)
    texts = sorted(first)
    return Background(
        story=story,
        threshold=threshold,
        texts=tuple(texts),
        indices=tuple(first[text] for text in texts),
        facts=tuple(facts(text, story.names) for text in texts),
        vectors=story.centred(encoder.encode(texts)),
    )


def news(ranked: Sequence[Ranked], known: Background, encoder: Encoder) -> News:
    """Tell the clusters that are news from those that are known.

    A cluster is known if its representative follows from the background, and so does, with less support,
    every other sentence of it that can stand alone: all state one claim, but an exact thing that only one of
    them has is news. Of those that have, the best stands for the cluster from now on.

    Args:
        ranked: All clusters, by falling salience.
        known: What the reader knows.
        encoder: Embeds claims that are not told as they stand in their article.
    """
    claims = {
        index: quotable(known.story.sentences[index].text) for item in ranked for index in _stated(item)
    }
    vectors = _vectors(claims, known.story, encoder)
    left: list[Ranked] = []
    found: list[Known] = []
    for item in ranked:
        known.story.check()
        stated = _stated(item)
        entry = known.support(claims[stated[0]], vectors[stated[0]]) if stated else None
        if entry is None:
            left.append(item)
            continue
        new = [index for index in stated if not known.support(claims[index], vectors[index], _SAME_CLAIM)]
        if new:
            left.append(replace(item, representative=new[0]))
        else:
            found.append(Known(item, known.indices[entry.sentence], entry.score))
    return News(tuple(left), tuple(found))


def _stated(ranked: Ranked) -> list[int]:
    """Return the sentences of a cluster that can stand alone: the representative first, then the best."""
    scored = zip(ranked.cluster.members, ranked.scores, strict=True)
    return [index for _, index in sorted((-score, index) for index, score in scored if score is not None)]


def _vectors(claims: Mapping[int, str], story: Story, encoder: Encoder) -> dict[int, Vectors]:
    """Return the embedding of each claim."""
    changed = [index for index, claim in claims.items() if claim != story.sentences[index].text]
    anew = dict(zip(changed, encoder.encode([claims[index] for index in changed]), strict=True))
    return {index: anew[index] if index in anew else story.encoded.vectors[index] for index in claims}


def _opening(text: str) -> frozenset[str]:
    """Return the stem of the first word: it may be a name. Function words, numbers and dates are none."""
    word = next(iter(words(text)), "")
    return frozenset() if numbers(word) or dates(word) else content_stems(word)


def _deeds(text: str) -> frozenset[str]:
    """Return what happens in a sentence, beside what is said; synonyms have one name."""
    return frozenset(event.name for event in events(tokens(text)) if not event.speech)


def _as_wide(claim: str, known: str) -> bool:
    """Tell whether a claim is of no more than what is known, and of nothing done that is known as planned."""
    stated, held = (frozenset(map(str.lower, words(text))) for text in (claim, known))
    done = bool(held & _AHEAD) and not stated & _AHEAD
    return stated & _SCOPE <= held and not done


def _words(text: str) -> str:
    """Return the words of a text in lower case, with a space before and behind each."""
    return f" {' '.join(words(text.casefold()))} "
