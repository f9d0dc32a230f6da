"""The corpora of clusters, by name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from bench.corpora import seeds
from bench.corpora.clusters import Cluster, Corpus, Fact, Text
from bench.corpora.shared import read, shuffled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_STEP = 25
_REFERENCE = f"reference/{_STEP}"
_MANY = 100


def budget(reference: str) -> int:
    """Return the words of a reference, rounded to 25, and at least 25."""
    return max(_STEP, _STEP * round(len(reference.split()) / _STEP))


def _referenced(name: str, articles: Sequence[Text], reference: str) -> Cluster:
    return Cluster(name, tuple(articles), budget(reference), reference)


def _attributed() -> Corpus:
    (rows,), digest = read("mds_multinews_attributed/dev.jsonl")
    clusters = [
        _referenced(row["id"], [Text(item["id"], item["text"]) for item in row["documents"]], row["summary"])
        for row in rows
    ]
    return Corpus("multinews-attributed", _REFERENCE, shuffled(clusters), digest)


def _longbench() -> Corpus:
    (rows,), digest = read("mds_multinews_longbench/dev.jsonl")
    clusters = [_referenced(row["id"], _numbered(row["documents"]), row["summary"]) for row in rows]
    return Corpus("multinews-longbench", _REFERENCE, shuffled(clusters), digest)


def _numbered(texts: Sequence[str]) -> list[Text]:
    return [Text(f"article-{number}", text) for number, text in enumerate(texts, start=1)]


def _neus() -> Corpus:
    (rows,), digest = read("mds_neus_allsides/val.jsonl")
    clusters = [_referenced(str(row["id"]), _excerpts(row["documents"]), row["summary"]) for row in rows]
    return Corpus("neus", _REFERENCE, shuffled(clusters)[:_MANY], digest)


def _excerpts(items: Sequence[dict[str, Any]]) -> list[Text]:
    return [
        Text(f"article-{number}", item["text"], item["title"]) for number, item in enumerate(items, start=1)
    ]


def _summhay() -> Corpus:
    folder = "mds_summhay_news"
    (rows, documents, insights), digest = read(
        f"{folder}/clusters_dev.jsonl", f"{folder}/documents.jsonl", f"{folder}/insights.jsonl"
    )
    texts = {(item["topic"], item["id"]): item["text"] for item in documents}
    statements = {(item["topic"], item["id"]): item["insight"] for item in insights}
    clusters = []
    for row in rows:
        facts = [
            Fact(statements[row["topic"], point], frozenset(stated))
            for point, stated in row["gold_points"].items()
        ]
        articles = tuple(Text(name, texts[row["topic"], name]) for name in row["docs"])
        words = budget(" ".join(fact.statement for fact in facts))
        clusters.append(Cluster(row["id"], articles, words, facts=tuple(facts)))
    return Corpus("summhay", "facts/25", shuffled(clusters)[:_MANY], digest)


def _seeds() -> Corpus:
    folders = seeds.folders()
    clusters = [seeds.load(folder).to_summarize() for folder in folders]
    digest = hashlib.sha256(
        b"".join(path.read_bytes() for folder in folders for path in sorted(folder.iterdir()))
    )
    return Corpus("seeds", str(seeds.WORDS), tuple(clusters), digest.hexdigest())


CORPORA: dict[str, Callable[[], Corpus]] = {
    "seeds": _seeds,
    "multinews-attributed": _attributed,
    "multinews-longbench": _longbench,
    "neus": _neus,
    "summhay": _summhay,
}
