"""What one summary of one cluster reached.

A figure is a part and a whole: 9 of 10 sentences, or 43.1 of 1. A corpus has the sum of the parts over
the sum of the wholes.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bench.corpora import seeds
from bench.measures.fragments import extractiveness
from bench.measures.planted import told
from bench.measures.repetition import distinct, repeated
from bench.measures.rouge import rouge
from bench.measures.specifics import foreign, foreign_quotations
from bench.neural import encoder, published_encoder
from bench.quality.stories import story_of, unsplit
from bench.systems.sources import sentences as sentences_of
from service.domain import DropReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.corpora.clusters import Cluster
    from bench.systems.output import Output, Said
    from service.similarity import Story

    Parts = Mapping[str, tuple[float, float]]

REFUSED = "refused as "
_REASONS = tuple(reason.name.lower() for reason in DropReason)


def figures(cluster: Cluster, output: Output) -> dict[str, tuple[float, float]]:
    """Return every figure that this cluster allows, as part and whole."""
    asked: list[Callable[[Cluster, Output], Parts]] = [
        _answered, _content, _key_facts, _planted, _spans, _specifics, _support, _repetition, _abstraction,
        _fallbacks,
    ]  # fmt: skip
    return {name: parts for ask in asked for name, parts in ask(cluster, output).items()}


def _answered(_: Cluster, output: Output) -> Parts:
    return {"answered": (bool(output.said), 1.0)}


def _content(cluster: Cluster, output: Output) -> Parts:
    words = (len(output.text.split()), cluster.words)
    scores = rouge(cluster.reference, output.text) if cluster.reference else {}
    return {**{name: (score, 1.0) for name, score in scores.items()}, "words of the budget": words}


def _key_facts(cluster: Cluster, output: Output) -> Parts:
    """Count the facts of a cluster that ships with the project, where patterns name them."""
    expected = seeds.expectations(cluster.id)
    if expected is None:
        return {}
    return {
        "key facts": (len(expected.found(output.text)), len(expected.key_facts)),
        "forbidden": (len(expected.trespasses(output.text)), 1.0),
    }


def _planted(cluster: Cluster, output: Output) -> Parts:
    texts = [sentence.text for sentence in output.said]
    cited = [{citation.article for citation in sentence.citations} for sentence in output.said]
    facts = [told(fact.statement, fact.articles, texts, cited) for fact in cluster.facts]
    if not facts:
        return {}
    covered = sum(fact.covered for fact in facts)
    # Without an answer there is nothing to cite; a system that answers and cites nothing cannot cite.
    cites = float(any(cited) or not texts)
    return {
        "facts covered": (covered, len(facts)),
        "citation precision": (sum(fact.precision for fact in facts), covered * cites),
        "citation recall": (sum(fact.recall for fact in facts), covered * cites),
        "joint score": (sum(fact.joint for fact in facts), len(facts) * cites),
    }


def _spans(cluster: Cluster, output: Output) -> Parts:
    texts = {article.id: article.text for article in cluster.articles}
    citations = [citation for sentence in output.said for citation in sentence.citations]
    exact = sum(texts[item.article][item.start : item.end] == item.quote for item in citations)
    several = sum(len({item.article for item in sentence.citations}) > 1 for sentence in output.said)
    cited = sum(bool(sentence.citations) for sentence in output.said)
    count = len(output.said)
    return {
        "exact spans": (exact, len(citations)),
        "cited sentences": (cited, count),
        # A system that cannot cite is not compared by how often it does.
        "cite two articles": (several, count if cited else 0),
    }


def _specifics(cluster: Cluster, output: Output) -> Parts:
    corpus = "\n".join(article.text for article in cluster.articles)
    grounded = sum(_is_grounded(said.text, _evidence(said, corpus), corpus) for said in output.said)
    return {"specifics supported": (grounded, len(output.said))}


def _is_grounded(text: str, evidence: Sequence[str], corpus: str) -> bool:
    return not foreign(text, evidence, corpus) and not foreign_quotations(text, evidence)


def _evidence(said: Said, corpus: str) -> list[str]:
    """Return what a sentence is checked against: what it cites, or everything if it cites nothing."""
    return [citation.quote for citation in said.citations] or [corpus]


def _support(cluster: Cluster, output: Output) -> Parts:
    scores = list(_support_scores(cluster, output.said))
    if not scores:
        return {}
    return {"support, mean": (sum(scores), len(scores)), "support, least": (min(scores), 1.0)}


def _support_scores(cluster: Cluster, said: Sequence[Said]) -> Iterator[float]:
    """Yield the checker's score of each sentence against what it cites, or all if it cites nothing."""
    story = _story(cluster)
    if story is None:
        return
    for sentence in said:
        scores = story.support(sentence.text, encoder().encode([sentence.text])[0])
        quotes = {citation.quote for citation in sentence.citations}
        own = np.array([not quotes or item.text in quotes for item in story.sentences])
        yield float(scores[own].max(initial=0.0))


@lru_cache(maxsize=200)
def _story(cluster: Cluster) -> Story | None:
    """Return the cleaned sentences of a cluster, ready to be compared, or None if there are none."""
    texts = [item.text for item in sentences_of(cluster)]
    return story_of(unsplit(texts)) if texts else None


def _repetition(_: Cluster, output: Output) -> Parts:
    texts = [sentence.text for sentence in output.said]
    pairs = repeated(texts, published_encoder().encode(texts))
    spoken = float(bool(texts))  # silence is no merit
    return {"repeated pairs": (len(pairs), spoken), "distinct-4": (distinct(output.text) * spoken, spoken)}


def _abstraction(cluster: Cluster, output: Output) -> Parts:
    copied = extractiveness("\n".join(article.text for article in cluster.articles), output.text)
    fused = sum(sentence.fused for sentence in output.said)
    spoken = float(bool(output.said))
    return {
        "fused": (fused, len(output.said)),
        "coverage": (copied.coverage, spoken),
        "density": (copied.density, spoken),
    }


def _fallbacks(_: Cluster, output: Output) -> Parts:
    """Return how many drafts of a summary were refused, by reason; of most systems none ever is."""
    reasons = Counter(fate.partition(",")[0] for fate in output.dropped)
    return {f"{REFUSED}{name}": (reasons[name], 1.0) for name in _REASONS}
