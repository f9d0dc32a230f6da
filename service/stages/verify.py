"""Verify: no sentence goes out that its cited spans do not support.

Guards are exact: numbers, dates, names, quotations, negation and vocabulary of the sentence against the
cited spans. The checker is a similarity with a threshold, between the sentence and each span by itself.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.domain import DropReason, Guard, Support, Verification, Verified
from service.language.calendar import dates
from service.language.facts import Disagreement, facts, negated, quotations
from service.language.names import names
from service.language.numbers import numbers
from service.language.reference import leans_on_context
from service.language.words import content_stems, word_count, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from service.domain import Draft, PlanItem, Vectors
    from service.similarity import Story

CHECKER = "centred-cosine-and-coverage"
_SENTENCE = re.compile(r"[“\"‘'(\[]?[A-Z0-9$€£][^\n]*[.!?][\"”’')\]]*")
_LEAST_WORDS = 4
_OFTEN = 3
# Citations of one sentence; more than so many copies of a claim help nobody.
_MOST = 20
_PHRASE = 4
_FAULTS = {
    Disagreement.NEGATION: DropReason.NEGATION,
    Disagreement.NUMBER: DropReason.NUMBER,
    Disagreement.DATE: DropReason.DATE,
    Disagreement.RELATION: DropReason.NAME,
}
_KEY = re.compile(r"[\W_]+")
_ARTICLE_AND_NAME = re.compile(r"\b[Tt]he (?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)?)\b(?! [A-Z])")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a draft is not good enough, and the words at fault."""

    reason: DropReason
    detail: str = ""


def verify(
    draft: Draft, vector: Vectors, item: PlanItem, story: Story, threshold: float
) -> Verified | Refusal:
    """Check a draft.

    Args:
        draft: What was written or taken.
        vector: Its embedding, of unit length. Shape: ``(dimensions,)``.
        item: The claim that it stands for.
        story: The sentences and their similarities.
        threshold: The least similarity of a sentence to a span that supports it.
    """
    if shape := _shape(draft, item, story):
        return shape
    scores = story.support(draft.text, vector)
    support = _support(draft, story, scores, threshold)
    if not any(entry.sentence in draft.sources for entry in support):
        return _unsupported(draft, story, scores, threshold)
    cited = [story.sentences[entry.sentence].text for entry in support]
    for _, test, reason in _GUARDS:
        if fault := test(draft.text, cited, story.names):
            return Refusal(reason, fault)
    verification = Verification(CHECKER, support[0].score, threshold, tuple(guard for guard, _, _ in _GUARDS))
    return Verified(draft.cluster_id, draft.text, draft.mode, support, verification)


def _unsupported(draft: Draft, story: Story, scores: NDArray[np.float32], threshold: float) -> Refusal:
    """Tell why none of its own sources supports a draft: too far away, or close but of another mind."""
    stated = facts(draft.text, story.names)
    close = [index for index in draft.sources if scores[index] >= threshold]
    faults = [fault for index in close if (fault := stated.disagree(story.facts[index]))]
    return Refusal(_FAULTS[faults[0]]) if faults else Refusal(DropReason.UNSUPPORTED)


def _shape(draft: Draft, item: PlanItem, story: Story) -> Refusal | None:
    count = word_count(draft.text)
    if count < _LEAST_WORDS or not _SENTENCE.fullmatch(draft.text):
        return Refusal(DropReason.MALFORMED)
    if fault := _odd_article(draft, story) or _said_twice(draft, story):
        return Refusal(DropReason.MALFORMED, fault)
    if count > item.max_words:
        return Refusal(DropReason.TOO_LONG, f"{count} words, {item.max_words} allowed")
    if fault := leans_on_context(draft.text):
        return Refusal(DropReason.NOT_SELF_CONTAINED, fault)
    return None


def _odd_article(draft: Draft, story: Story) -> str:
    """Return an article before a name that the story often has, and never with one: "the North Korea"."""
    for match in _ARTICLE_AND_NAME.finditer(draft.text):
        name = re.compile(rf"(\b[Tt]he\s)?\b{re.escape(match['name'])}\b(?! [A-Z])")
        uses = [use.group(1) for sentence in story.sentences for use in name.finditer(sentence.text)]
        if len(uses) >= _OFTEN and not any(uses):
            return match.group()
    return ""


def _said_twice(draft: Draft, story: Story) -> str:
    """Return words that a draft says again and its sources do not: small models loop."""
    allowed = {phrase for index in draft.sources for phrase in _repeated(story.sentences[index].text)}
    return next((phrase for phrase in _repeated(draft.text) if phrase not in allowed), "")


def _repeated(text: str) -> list[str]:
    found = [word.lower() for word in words(text)]
    phrases = [" ".join(found[start : start + _PHRASE]) for start in range(len(found) - _PHRASE + 1)]
    return [phrase for phrase, count in Counter(phrases).items() if count > 1]


def _support(
    draft: Draft, story: Story, similarities: NDArray[np.float32], threshold: float
) -> tuple[Support, ...]:
    """Return every sentence that is close enough and disagrees on nothing, the closest first.

    What an extract was taken from supports it by identity. What a sentence was made from may hold a part
    of its numbers and dates; any other sentence must hold them all.
    """
    stated = facts(draft.text, story.names)
    own = frozenset(draft.sources)
    found = [
        Support(int(index), float(similarities[index]))
        for index in np.flatnonzero(similarities >= threshold)
        if not stated.disagree(story.facts[index])
        and (index in own or story.facts[index].states_all_of(stated))
    ]
    return tuple(sorted(found, key=lambda entry: (-entry.score, entry.sentence))[:_MOST])


def _foreign_number(text: str, cited: Sequence[str], _known: frozenset[str]) -> str:
    return _first_missing(sorted(numbers(text)), set().union(*map(numbers, cited)))


def _foreign_date(text: str, cited: Sequence[str], _known: frozenset[str]) -> str:
    return _first_missing(sorted(dates(text)), set().union(*map(dates, cited)))


def _foreign_name(text: str, cited: Sequence[str], known: frozenset[str]) -> str:
    """Return a name that stands nowhere, or two names in an order that no span has: roles may be swapped."""
    found = [name.lower() for name in names(text, known)]
    spans = [[word.lower().removesuffix("'s") for word in words(span)] for span in cited]
    everywhere = {word for span in spans for word in span}
    missing = [name for name in found if not set(_parts(name)) <= everywhere]
    if missing:
        return missing[0]
    for first, second in itertools.pairwise(found):
        if first != second and not any(
            _in_order(_parts(first)[0], _parts(second)[0], span) for span in spans
        ):
            return f"{first} before {second}"
    return ""


def _parts(name: str) -> list[str]:
    return [word.lower().removesuffix("'s") for word in words(name)]


def _in_order(first: str, second: str, span: Sequence[str]) -> bool:
    return first in span and second in span[span.index(first) :]


def _foreign_quotation(text: str, cited: Sequence[str], _known: frozenset[str]) -> str:
    keys = [_KEY.sub("", span.casefold()) for span in cited]
    for quotation in quotations(text):
        if not any(_KEY.sub("", quotation.casefold()) in key for key in keys):
            return quotation
    return ""


def _changed_negation(text: str, cited: Sequence[str], _known: frozenset[str]) -> str:
    spans = [negated(span) for span in cited]
    if negated(text) and not any(spans):
        return "appeared"
    return "vanished" if all(spans) and not negated(text) else ""


def _foreign_word(text: str, cited: Sequence[str], _known: frozenset[str]) -> str:
    return _first_missing(sorted(content_stems(text)), set().union(*map(content_stems, cited)))


def _first_missing(wanted: Sequence[str], known: set[str]) -> str:
    return next((item for item in wanted if item not in known), "")


_GUARDS: tuple[tuple[Guard, Callable[[str, Sequence[str], frozenset[str]], str], DropReason], ...] = (
    (Guard.NUMBERS, _foreign_number, DropReason.NUMBER),
    (Guard.DATES, _foreign_date, DropReason.DATE),
    (Guard.NAMES, _foreign_name, DropReason.NAME),
    (Guard.QUOTATIONS, _foreign_quotation, DropReason.QUOTATION),
    (Guard.NEGATION, _changed_negation, DropReason.NEGATION),
    (Guard.VOCABULARY, _foreign_word, DropReason.VOCABULARY),
)
