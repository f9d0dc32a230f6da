"""Verify: no sentence goes out that its cited spans do not support.

Guards are exact: numbers, dates, names, quotations, negation, vocabulary, word order, and what is told as a
fact, of the sentence against the cited spans. The checker is a similarity with a threshold, between the
sentence and each span by itself. Where there is an entailment model, it judges what was written and passed
all that, against its cited sources together; what was taken from a source needs no judge.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.domain import Draft, DropReason, Guard, SentenceMode, Support, Verification, Verified
from service.language.disputes import opposed
from service.language.facts import Disagreement, facts
from service.language.guards import GUARDS, GUARDS_OF_TITLES, Evidence
from service.language.reference import leans_on_context, quotable
from service.language.words import FUNCTION_WORDS, word_count, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from service.domain import Dispute, PlanItem, Vectors
    from service.ports import Verifier
    from service.similarity import Story

CHECKER = "centred-cosine-and-coverage"
_SENTENCE = re.compile(r"[“\"‘'(\[]?[A-Z0-9$€£][^\n]*[.!?][\"”’')\]]*")
_LEAST_WORDS = 4
_CLAUSE_START = re.compile(
    r"(?:[,;:“\"‘(—–-]|\b(?:that|and|but|because|while|when|as|after|before|so))\s*$|^\W*$"
)
_OFTEN = 3
# Citations of one sentence; more than so many copies of a claim help nobody.
_MOST = 20
_PHRASE = 4
# Sentences that may each hold a part of what a title says.
_SOURCES_OF_TITLE = 6
# Of the support that is asked for, what a source of a merged sentence must give: it holds a part of it.
_PART = 0.8
_FAULTS = {
    Disagreement.NEGATION: DropReason.NEGATION,
    Disagreement.MODALITY: DropReason.MODALITY,
    Disagreement.NUMBER: DropReason.NUMBER,
    Disagreement.DATE: DropReason.DATE,
    Disagreement.RELATION: DropReason.NAME,
}
_REASONS = {
    Guard.NUMBERS: DropReason.NUMBER,
    Guard.DATES: DropReason.DATE,
    Guard.NAMES: DropReason.NAME,
    Guard.QUOTATIONS: DropReason.QUOTATION,
    Guard.NEGATION: DropReason.NEGATION,
    Guard.VOCABULARY: DropReason.VOCABULARY,
    Guard.ORDER: DropReason.ORDER,
    Guard.MODALITY: DropReason.MODALITY,
}
_ARTICLE_AND_NAME = re.compile(r"\b[Tt]he (?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)?)\b(?! [A-Z])")
_LONGER = re.compile(r" (?:and|of|for) [A-Z][\w-]+")
_NOUN_BEHIND = re.compile(r" (?P<word>[a-z]+)(?<!ed)\b")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a draft is not good enough, and the words at fault."""

    reason: DropReason
    detail: str = ""


def verify(  # noqa: PLR0913, PLR0917  a draft, what it is of, and what judges it
    draft: Draft,
    vector: Vectors,
    item: PlanItem,
    story: Story,
    threshold: float,
    verifier: Verifier | None = None,
    disputes: Sequence[Dispute] = (),
) -> Verified | Refusal:
    """Check a draft.

    Args:
        draft: What was written or taken.
        vector: Its embedding, of unit length. Shape: ``(dimensions,)``.
        item: The claim that it stands for.
        story: The sentences and their similarities.
        threshold: The least similarity of a sentence to a span that supports it.
        verifier: Judges what was written and passed everything else; what was taken from a source needs no
            judge.
        disputes: Where articles disagree. What states another value than the draft does not support it.
    """
    if shape := _shape(draft, item, story):
        return shape
    scores = story.support(draft.text, vector)
    support = _one_sided(draft, _support(draft, story, scores, threshold), disputes)
    if not any(entry.sentence in draft.sources and entry.score >= threshold for entry in support):
        return _unsupported(draft, story, scores, threshold)
    if fault := _guarded(draft, story, support):
        return fault
    verification = Verification(CHECKER, support[0].score, threshold, tuple(GUARDS))
    if verifier and draft.mode is SentenceMode.FUSED:
        score = _entailment(draft, story, support, verifier)
        if not score >= verifier.threshold:  # what is not a number does not pass
            return Refusal(DropReason.UNSUPPORTED)
        verification = Verification(verifier.name, score, verifier.threshold, tuple(GUARDS))
    return Verified(draft.cluster_id, draft.text, draft.mode, support, verification)


def supports(
    title: str, vector: Vectors, story: Story, threshold: float, verifier: Verifier | None = None
) -> tuple[Support, ...]:
    """Return the sentences that support a title, the closest first, or none if it does not stand the check.

    The guards are those of sentences, against all that support it together, but that only its names must
    stand in the order of one of them.

    Args:
        title: It, told as a sentence.
        vector: Its embedding, of unit length. Shape: ``(dimensions,)``.
        story: The sentences and their similarities.
        threshold: The least similarity of a title to a sentence that supports it.
        verifier: Judges what passed everything else.
    """
    scores = story.support(title, vector)
    close = np.argsort(-scores.round(5), kind="stable")[:_SOURCES_OF_TITLE]
    own = tuple(int(index) for index in close if scores[index] >= threshold)
    draft = Draft(0, title, SentenceMode.FUSED, own)
    support = _support(draft, story, scores, threshold)
    if not support or _guarded(draft, story, support, GUARDS_OF_TITLES):
        return ()
    if verifier and not _entailment(draft, story, support, verifier) >= verifier.threshold:
        return ()
    return support


def _one_sided(
    draft: Draft, support: tuple[Support, ...], disputes: Sequence[Dispute]
) -> tuple[Support, ...]:
    """Leave out what states another value than the draft, whose own sources decide on which side it is."""
    known = (*draft.sources, *(entry.sentence for entry in support))
    against = frozenset(opposed(draft.text, known, disputes))
    return tuple(entry for entry in support if entry.sentence not in against)


def _entailment(draft: Draft, story: Story, support: tuple[Support, ...], verifier: Verifier) -> float:
    """Return how likely those of its sources that are cited entail a draft, read together."""
    cited = {entry.sentence for entry in support}
    premise = " ".join(story.sentences[index].text for index in draft.sources if index in cited)
    return float(verifier.judge([(premise, draft.text)])[0, 0])


def _guarded(
    draft: Draft,
    story: Story,
    support: tuple[Support, ...],
    guards: Mapping[Guard, Callable[[Evidence], str]] = GUARDS,
) -> Refusal | None:
    """Return what is wrong with a sentence beside what it cites, if anything is."""
    cited = tuple(story.sentences[entry.sentence].text for entry in support)
    own = sum(entry.sentence in draft.sources for entry in support)
    evidence = Evidence(draft.text, cited, story.names, seams=own - 1)
    for guard, test in guards.items():
        if fault := test(evidence):
            return Refusal(_REASONS[guard], fault)
    return None


def _unsupported(draft: Draft, story: Story, scores: NDArray[np.float32], threshold: float) -> Refusal:
    """Tell why none of its own sources supports a draft: too far away, or close but of another mind."""
    stated = facts(draft.text, story.names)
    close = [index for index in draft.sources if scores[index] >= threshold]
    faults = [fault for index in close if (fault := stated.contradict(story.facts[index]))]
    return Refusal(_FAULTS[faults[0]]) if faults else Refusal(DropReason.UNSUPPORTED)


def _shape(draft: Draft, item: PlanItem, story: Story) -> Refusal | None:
    count = word_count(draft.text)
    if count < _LEAST_WORDS or not _SENTENCE.fullmatch(draft.text):
        return Refusal(DropReason.MALFORMED)
    if fault := _odd_article(draft, story) or _said_twice(draft, story) or _torn_out(draft, story):
        return Refusal(DropReason.MALFORMED, fault)
    if count > item.max_words:
        return Refusal(DropReason.TOO_LONG, f"{count} words, {item.max_words} allowed")
    if fault := leans_on_context(draft.text):
        return Refusal(DropReason.NOT_SELF_CONTAINED, fault)
    return None


def _odd_article(draft: Draft, story: Story) -> str:
    """Return an article before a name that the story often has, and never with one: "the North Korea".

    In "the North York home" it may be the home's.
    """
    texts = [sentence.text for sentence in story.sentences]
    for match in _ARTICLE_AND_NAME.finditer(draft.text):
        behind = _NOUN_BEHIND.match(draft.text, match.end())
        if behind and behind["word"] not in FUNCTION_WORDS:
            continue
        wanted = match["name"]
        longer = _LONGER.match(draft.text, match.end())
        if longer and any(wanted + longer.group() in text for text in texts):  # "the Health and Human ..."
            wanted += longer.group()
        name = re.compile(rf"(\b[Tt]he\s)?\b{re.escape(wanted)}\b(?! [A-Z])")
        uses = [use.group(1) for text in texts for use in name.finditer(text)]
        if len(uses) >= _OFTEN and not any(uses):
            return match.group()
    return ""


def _said_twice(draft: Draft, story: Story) -> str:
    """Return words that a draft says again and its sources do not: small models loop."""
    allowed = {phrase for index in draft.sources for phrase in _repeated(story.sentences[index].text)}
    return next((phrase for phrase in _repeated(draft.text) if phrase not in allowed), "")


def _torn_out(draft: Draft, story: Story) -> str:
    """Return the word before a draft that is a piece of a source and begins inside one of its clauses."""
    piece = " ".join(draft.text.rstrip(".!").casefold().split())
    for index in draft.sources:
        before, found, _ = quotable(story.sentences[index].text).casefold().partition(piece)
        if found and before and not _CLAUSE_START.search(before):
            return before.split()[-1]
    return ""


def _repeated(text: str) -> list[str]:
    found = [word.lower() for word in words(text)]
    phrases = [" ".join(found[start : start + _PHRASE]) for start in range(len(found) - _PHRASE + 1)]
    return [phrase for phrase, count in Counter(phrases).items() if count > 1]


def _support(
    draft: Draft, story: Story, similarities: NDArray[np.float32], threshold: float
) -> tuple[Support, ...]:
    """Return every sentence that is close enough and disagrees on nothing, the closest first.

    What a sentence was made from may hold a part of it, and of its numbers and dates; any other must be
    nearer, and hold them all.
    """
    stated = facts(draft.text, story.names)
    own = frozenset(draft.sources)
    found = [
        Support(int(index), float(similarities[index]))
        for index in np.flatnonzero(similarities >= _PART * threshold)
        if not stated.contradict(story.facts[index])
        and (index in own or (similarities[index] >= threshold and story.facts[index].states_all_of(stated)))
    ]
    return tuple(sorted(found, key=lambda entry: (-entry.score, entry.sentence))[:_MOST])
