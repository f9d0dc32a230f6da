"""Fakes of the models, and short ways to make what the stages take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from hypothesis import strategies as st

from service.domain import Article, Encoded, Origin, Origins, Sentence, Span
from service.language.words import lexicon, words
from service.ports import Models
from service.similarity import story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain import Vectors
    from service.ports import DraftRequest
    from service.similarity import Story

DIMENSIONS = 256


class WordEncoder:
    """Hashes words: texts are close if they share words, in whatever order."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), DIMENSIONS), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text.lower()):
                row[crc32(word.encode()) % DIMENSIONS] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@dataclass
class Script:
    """A drafter that says its lines in order, and then nothing."""

    lines: Sequence[str] = ()
    requests: list[DraftRequest] = field(default_factory=list)
    together: list[int] = field(default_factory=list)

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        told = len(self.requests)
        self.together.append(len(requests))
        self.requests.extend(requests)
        return [*self.lines[told : told + len(requests)], *[""] * len(requests)][: len(requests)]


def models(*lines: str, check: Callable[[], None] = lambda: None) -> Models:
    return Models(WordEncoder(), Script(lines), check)


def articles(*texts: str) -> tuple[Article, ...]:
    return tuple(Article(f"a{index}", text) for index, text in enumerate(texts))


def independent(count: int) -> Origins:
    """Return the origins of articles that have nothing to do with each other."""
    return Origins(tuple(Origin(source + 1, (source,), ()) for source in range(count)))


def encoded(*told: Sequence[str]) -> Encoded:
    """Return the sentences of articles, each article a list of sentences."""
    sentences = []
    for source, texts in enumerate(told):
        place = 0
        for order, text in enumerate(texts):
            span = Span(place, place + len(text))
            sentences.append(Sentence(source, span, text, order / max(len(texts) - 1, 1)))
            place = span.end + 1
    return Encoded(tuple(sentences), WordEncoder().encode([sentence.text for sentence in sentences]))


def story_of(*told: Sequence[str]) -> Story:
    return story(encoded(*told), lambda: None)


# Text as bad as it comes, and news with the marks that matter. Surrogates cannot arrive.
WORDS = st.sampled_from(
    sorted(
        lexicon("The fire Port mayor Oslo Berg said closed hurt not Monday U.S. Dr. 12 3.5 two ships a in of")
    )
)
MARKS = st.sampled_from(
    [
        ". ",
        ".",
        "? ",
        "! ",
        ", ",
        "\n",
        "\n\n",
        "\r\n",
        "\n• ",
        "\n1. ",
        "“",
        "”",
        '"',
        "’s ",
        "\0",
        "\u202e",
        "\u200b",
    ]
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TEXTS = st.lists(st.one_of(WORDS.map(lambda word: f"{word} "), MARKS, ANYTHING), max_size=60).map("".join)
SENTENCES = st.lists(
    st.lists(WORDS, min_size=5, max_size=14).map(lambda found: f"The {' '.join(found)}."), max_size=8
)
