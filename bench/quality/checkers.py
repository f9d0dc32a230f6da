"""Ways to say how well evidence supports a statement, each from the same sentences.

A statement is worth as much as its worst sentence, and a sentence as much as the best of the evidence allows.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bench.neural import encoder, published_encoder, settings, verifier
from bench.quality.stories import story_of
from service.domain import Cluster, Draft, PlanItem, Ranked, SentenceMode
from service.language.facts import facts
from service.language.guards import GUARDS, Evidence
from service.stages.split import split_plain
from service.stages.verify import Refusal, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bench.corpora.evidence import Case
    from service.domain import Vectors
    from service.similarity import Story

# More words than a sentence has, so that none is refused for its length.
_WORDS = 10_000
# More sentences of the evidence than the service shows the drafter, since a statement may be of several.
_SHOWN = 5
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the ways say of a sentence or of a statement.

    Attributes:
        support: The highest support of any sentence of the evidence, from 0 to 1.
        agreed: That of the sentences that do not disagree, less 1 if a guard fails or all disagree.
        guards: 1 if no guard finds a fault against all of the evidence, else 0.
        cosine: The highest cosine of embeddings.
    """

    support: float
    agreed: float
    guards: float
    cosine: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a sentence or of a statement.

    Attributes:
        verified: 1 if the service would let it pass as written of the closest sentences of the evidence.
    """

    verified: float


@dataclass(frozen=True, slots=True)
class Entailment:
    """What the entailment model says of a sentence or of a statement.

    Attributes:
        entailed: How likely the closest sentences of the evidence entail it.
    """

    entailed: float


def prepare(cases: Sequence[Case]) -> None:
    """Embed all sentences of all cases at once, which takes a fraction of the time that one by one does."""
    statements = [statement.text for case in cases for statement in case.statements]
    texts = [text for case in cases for text in (*case.passages, *case.surroundings)]
    encoder().encode([sentence.text for sentence in split_plain([*texts, *statements])])


def judge(case: Case) -> list[Judgement]:
    """Judge every statement of a case."""
    return [
        Judgement(*np.min([astuple(judgement) for judgement in found], axis=0).tolist())
        for found in _each_sentence(case, _Grounds.judge)
    ]


def serve(case: Case) -> list[Verdict]:
    """Do with every statement of a case as the service would."""
    return [
        Verdict(*np.min([astuple(verdict) for verdict in found], axis=0).tolist())
        for found in _each_sentence(case, _Grounds.serve)
    ]


def entail(case: Case) -> list[Entailment]:
    """Ask the entailment model about every statement of a case."""
    return [
        Entailment(*np.min([astuple(found) for found in sentences], axis=0).tolist())
        for sentences in _each_sentence(case, _Grounds.entail)
    ]


def _each_sentence(case: Case, ask: Callable[[_Grounds, str, Vectors], Found]) -> list[list[Found]]:
    """Return what is found of each sentence of each statement; one that several have is asked for once."""
    sentences = split_plain([*case.passages, *case.surroundings])
    own = tuple(index for index, found in enumerate(sentences) if found.source < len(case.passages))
    grounds = _Grounds(story_of(sentences), own)
    texts = [[sentence.text for sentence in split_plain([statement.text])] for statement in case.statements]
    distinct = list(dict.fromkeys(text for found in texts for text in found))
    vectors = encoder().encode(distinct)
    known = {text: ask(grounds, text, vector) for text, vector in zip(distinct, vectors, strict=True)}
    return [[known[text] for text in found] for found in texts]


def _cosine(text: str, others: Sequence[str]) -> float:
    """Return the highest cosine of a text and others, of which there must be one, as peers embed them."""
    first, *rest = published_encoder().encode([text, *others])
    return float(max(first @ other for other in rest))


@dataclass(frozen=True, slots=True)
class _Grounds:
    """The evidence among the sentences of a story.

    Attributes:
        story: All sentences.
        own: Indices of those that are evidence, ascending.
    """

    story: Story
    own: tuple[int, ...]

    def judge(self, text: str, vector: Vectors) -> Judgement:
        """Judge a sentence.

        Args:
            text: The sentence.
            vector: Its embedding. Shape: ``(dimensions,)``.
        """
        own = list(self.own)
        scores = self.story.support(text, vector)[own]
        agrees, clean = self._agrees(text), self._passes_guards(text)
        best = float(scores.max())
        return Judgement(
            support=best,
            agreed=float(scores[agrees].max()) if clean and agrees.any() else best - 1.0,
            guards=float(clean),
            cosine=_cosine(text, [self.story.sentences[index].text for index in own]),
        )

    def serve(self, text: str, vector: Vectors) -> Verdict:
        """Let the service check a sentence as if it were written of the closest sentences of the evidence.

        Args:
            text: The sentence.
            vector: Its embedding. Shape: ``(dimensions,)``.
        """
        return Verdict(float(self._is_verified(text, vector, self._closest(vector))))

    def entail(self, text: str, vector: Vectors) -> Entailment:
        """Ask the entailment model whether a sentence follows from the closest sentences of the evidence.

        Args:
            text: The sentence.
            vector: Its embedding. Shape: ``(dimensions,)``.

        Raises:
            ValueError: The settings name no such model.
        """
        if not (model := verifier()):
            message = "no entailment model is set"
            raise ValueError(message)
        premise = " ".join(self.story.sentences[index].text for index in self._closest(vector))
        return Entailment(float(model.judge([(premise, text)])[0, 0]))

    def _closest(self, vector: Vectors) -> tuple[int, ...]:
        close = np.argsort(-(self.story.encoded.vectors[list(self.own)] @ vector), kind="stable")[:_SHOWN]
        return tuple(self.own[place] for place in sorted(close.tolist()))

    def _agrees(self, text: str) -> NDArray[np.bool_]:
        stated = facts(text, self.story.names)
        return np.array([not stated.contradict(self.story.facts[index]) for index in self.own])

    def _passes_guards(self, text: str) -> bool:
        spans = tuple(self.story.sentences[index].text for index in self.own)
        evidence = Evidence(text, spans, self.story.names, seams=len(spans) - 1)
        return not any(guard(evidence) for guard in GUARDS.values())

    def _is_verified(self, text: str, vector: Vectors, sources: tuple[int, ...]) -> bool:
        cluster = Cluster(1, sources, tuple(1.0 for _ in sources), 1)
        item = PlanItem(Ranked(cluster, None, 1.0, 1.0), text, _WORDS, fuse=True)
        draft = Draft(1, text, SentenceMode.FUSED, sources)
        threshold = settings().support_similarity
        return not isinstance(verify(draft, vector, item, self.story, threshold, verifier()), Refusal)
