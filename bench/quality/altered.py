"""Checking, with what ships: are sentences of the seeds accepted, and their wrong versions refused?

Every sentence is put to the service as a draft that was made of itself alone. Since several checks may
refuse the same fault, every guard is also asked by itself about the fault that it is there for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.corpora import seeds, summaries
from bench.measures import bootstrap
from bench.neural import encoder, settings, verifier
from bench.quality.alterations import alterations
from bench.quality.provenance import NEWSWEAVE, signed
from bench.quality.stories import story_of
from bench.rows import Row
from bench.systems.sources import sentences
from service.domain import Cluster, Draft, Guard, PlanItem, Ranked, Sentence, SentenceMode, Span
from service.language.guards import GUARDS, Evidence
from service.stages.verify import Refusal, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.similarity import Story

    Accepts = Callable[[str, int, str], bool]

TASK = "checking"
CORPUS = "seeds-altered"
EACH_GUARD, SUPPORT = f"{NEWSWEAVE}, each guard alone", f"{NEWSWEAVE}, support only"
_UNTOUCHED, _UNRELATED = "untouched", "unrelated"
# How far on in the list of all sentences one is taken that does not support a sentence.
_AWAY = 7
_GUARDS = {
    "number": Guard.NUMBERS,
    "date": Guard.DATES,
    "name": Guard.NAMES,
    "role": Guard.ORDER,
    "negation": Guard.NEGATION,
    "claim": Guard.MODALITY,
    "quotation": Guard.QUOTATIONS,
    "word": Guard.VOCABULARY,
    "order": Guard.ORDER,
}
# More words than a sentence has, so that none is refused for its length.
_WORDS = 10_000


def rows(limit: int | None = None) -> Iterator[Row]:
    """Yield one row for the service and one for its score alone, on at most so many sentences a cluster."""
    corpus = summaries.CORPORA["seeds"]()
    parts: dict[str, list[dict[str, float]]] = {}
    for cluster in corpus.clusters:
        texts = list(dict.fromkeys(item.text for item in sentences(cluster)))
        story = story_of(tuple(Sentence(0, Span(0, len(text)), text, 0.0) for text in texts))
        whole = "\n".join(seeds.load(seeds.folder(cluster.id)).texts.values())
        for system, accepts in _SYSTEMS.items():
            judged = [
                _judge(text, index, (index + _AWAY) % len(texts), whole, partial(accepts, story))
                for index, text in enumerate(texts[:limit])
            ]
            parts.setdefault(system, []).extend(judged)
    for system, judged in parts.items():
        yield _row(system, judged, corpus.sha256)


def _judge(text: str, index: int, other: int, corpus: str, accepts: Accepts) -> dict[str, float]:
    """Return 1 for each accepted version of a sentence and 0 for each refused one, by kind.

    Args:
        text: The sentence.
        index: Its index.
        other: Index of another sentence, which does not support it.
        corpus: The text that shows which words are names.
        accepts: The system.
    """
    found = {
        _UNTOUCHED: float(accepts(text, index, _UNTOUCHED)),
        _UNRELATED: float(accepts(text, other, _UNRELATED)),
    }
    for wrong in alterations(text, corpus):
        found[wrong.kind] = float(accepts(wrong.text, index, wrong.kind))
    return found


def _verified(story: Story, text: str, index: int, _: str) -> bool:
    """Tell whether the service would let a sentence out."""
    cluster = Cluster(1, (index,), (1.0,), 1)
    item = PlanItem(Ranked(cluster, index, 1.0, 1.0), text, _WORDS, fuse=False)
    draft = Draft(1, text, SentenceMode.FUSED, (index,))
    vector = encoder().encode([text])[0]
    threshold = settings().support_similarity
    return not isinstance(verify(draft, vector, item, story, threshold, verifier()), Refusal)


def _guarded(story: Story, text: str, index: int, kind: str) -> bool:
    """Tell whether the one guard that a fault is meant for, or all of them if there is none, find nothing."""
    evidence = Evidence(text, (story.sentences[index].text,), story.names, seams=0)
    guards = [GUARDS[_GUARDS[kind]]] if kind in _GUARDS else list(GUARDS.values())
    return not any(guard(evidence) for guard in guards)


def _close(story: Story, text: str, index: int, _: str) -> bool:
    """Tell whether the score alone would let it out."""
    vector = encoder().encode([text])[0]
    return bool(story.support(text, vector)[index] >= settings().support_similarity)


_SYSTEMS: dict[str, Callable[[Story, str, int, str], bool]] = {
    NEWSWEAVE: _verified,
    EACH_GUARD: _guarded,
    SUPPORT: _close,
}


def _row(system: str, judged: Sequence[dict[str, float]], digest: str) -> Row:
    kinds = dict.fromkeys(kind for found in judged for kind in found)
    figures = {
        "untouched accepted": bootstrap.mean([found[_UNTOUCHED] for found in judged]),
        "altered refused": _refused(judged, [kind for kind in kinds if kind != _UNTOUCHED]),
    }
    figures |= {f"{kind} refused": _refused(judged, [kind]) for kind in kinds if kind != _UNTOUCHED}
    items = sum(len(found) for found in judged)
    return Row(TASK, CORPUS, system, items, figures, signed(CORPUS, items, digest, system))


def _refused(judged: Sequence[dict[str, float]], kinds: Sequence[str]) -> bootstrap.Estimate:
    of_each = [[1.0 - found[kind] for kind in kinds if kind in found] for found in judged]
    return bootstrap.ratio([sum(values) for values in of_each], [len(values) for values in of_each])
