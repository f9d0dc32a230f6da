"""Pairs of sentences from the news, with how alike people found them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.corpora.shared import read, shuffled


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences.

    Attributes:
        id: Unique in its corpus.
        one: A sentence.
        other: A sentence.
        alike: How alike they are: 0 or 1 in a corpus of paraphrases, from 0 to 5 in one of grades.
        part: The part of the corpus that the pair is from.
    """

    id: str
    one: str
    other: str
    alike: float
    part: str = ""


def mrpc() -> tuple[tuple[Pair, ...], str]:
    """Read pairs of the Microsoft Research Paraphrase Corpus (Dolan and Brockett, 2005), and the digest."""
    (rows,), digest = read("pairs_mrpc/val.jsonl")
    return _pairs(rows, "label"), digest


def sts() -> tuple[tuple[Pair, ...], str]:
    """Read news of SemEval's Semantic Textual Similarity (Agirre et al., 2012 to 2016), and the digest."""
    (rows,), digest = read("pairs_sts_news/dev.jsonl")
    return _pairs(rows, "score"), digest


def _pairs(rows: list[dict[str, Any]], grade: str) -> tuple[Pair, ...]:
    return shuffled(
        Pair(str(number), row["s1"], row["s2"], float(row[grade]), row.get("set", ""))
        for number, row in enumerate(rows)
    )
