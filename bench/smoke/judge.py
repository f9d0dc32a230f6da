"""Figures of one summary: what it promises, and how good it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.measures.spans import cut
from bench.measures.specifics import foreign
from bench.smoke.figures import Figure, at_least, at_most, promise, told
from newsweave.v1 import newsweave_pb2 as pb

if TYPE_CHECKING:
    from bench.corpora.seeds import ArticleCluster

_MOST_WORDS = 200
_SHOWN = 60


def prose(summary: pb.Summary) -> str:
    """Return the sentences as one paragraph."""
    return " ".join(sentence.text for sentence in summary.sentences)


def spans(
    name: str, summary: pb.Summary, cluster: ArticleCluster, encoding: pb.OffsetEncoding.ValueType
) -> Figure:
    """Check that every cited span, cut out of the caller's own text, is its quote."""
    citations = [citation for sentence in summary.sentences for citation in sentence.citations]
    faults = [
        f"{citation.article_id} {citation.span.start}-{citation.span.end}"
        for citation in citations
        if cut(cluster.texts[citation.article_id], citation.span, encoding) != citation.quote
    ]
    exact = f"{len(citations) - len(faults)} of {len(citations)}"
    faults += [] if citations else ["nothing is cited"]
    return promise(f"citations whose span is their quote, in {name}", exact, "all", faults)


def promises(summary: pb.Summary, cluster: ArticleCluster) -> list[Figure]:
    """Return the figures that no summary may miss."""
    texts = [sentence.text for sentence in summary.sentences]
    uncited = [_short(sentence.text) for sentence in summary.sentences if not sentence.citations]
    words = len(prose(summary).split())
    over = [f"the answer says {summary.usage.words}"] if summary.usage.words != words else []
    over += [f"more than {_MOST_WORDS}"] if words > _MOST_WORDS else []
    trespasses = cluster.expectations.trespasses(prose(summary))
    unsupported = _unsupported(summary, cluster)
    cited = f"{len(texts) - len(uncited)} of {len(texts)}"
    return [
        promise("sentences with a citation", cited, "all", uncited if texts else ["there is no sentence"]),
        promise("forbidden patterns", str(len(trespasses)), "0", trespasses),
        promise("numbers, dates, names not in the cited spans", str(len(unsupported)), "0", unsupported),
        promise("words within the budget", str(words), f"at most {_MOST_WORDS}", over),
    ]


def qualities(summary: pb.Summary, cluster: ArticleCluster) -> list[Figure]:
    """Return the figures that have a target and a floor."""
    found = cluster.expectations.found(prose(summary))
    cited = {citation.article_id for sentence in summary.sentences for citation in sentence.citations}
    shared = [sentence for sentence in summary.sentences if _articles(sentence) > 1]
    fused = [sentence for sentence in summary.sentences if sentence.mode == pb.SENTENCE_MODE_FUSED]
    total = max(1, len(summary.sentences))
    missing = [name for name in cluster.expectations.key_facts if name not in found]
    facts = at_least(f"key facts of {len(cluster.expectations.key_facts)}", len(found), 9, 7)
    return [
        replace(facts, detail=f"missing: {', '.join(missing)}" if missing else ""),
        at_least(f"articles cited of {len(cluster.texts)}", len(cited), 4, 3),
        at_least("share of sentences that cite two or more articles", len(shared) / total, 0.5, 0.25),
        at_least("words used", len(prose(summary).split()), 150, 100),
        told("sentences written anew from several", f"{len(fused)} of {len(summary.sentences)}"),
    ]


def repetitions(pairs: list[tuple[str, str]]) -> Figure:
    """Return the figure of the pairs of sentences that say the same."""
    figure = at_most("pairs of sentences that say the same", len(pairs), 0, 1)
    return replace(figure, detail="; ".join(f"“{_short(one)}” and “{_short(other)}”" for one, other in pairs))


def _unsupported(summary: pb.Summary, cluster: ArticleCluster) -> list[str]:
    corpus = "\n".join(cluster.texts.values())
    return [
        f"{word} in “{_short(sentence.text)}”"
        for sentence in summary.sentences
        for word in foreign(sentence.text, [citation.quote for citation in sentence.citations], corpus)
    ]


def _articles(sentence: pb.SummarySentence) -> int:
    return len({citation.article_id for citation in sentence.citations})


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
