"""Rank: how much each cluster matters, and which of its sentences states it best."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from service.candidates import closest
from service.domain import Ranked
from service.language.fluency import is_damaged, vocabulary_of
from service.language.names import names
from service.language.numbers import numbers
from service.language.reference import leans_on_context, quotable
from service.language.words import content_stems, word_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from service.domain import Cluster, Origins, Sentence, Vectors
    from service.similarity import Story

_WEIGHTS = {"support": 0.46, "centrality": 0.23, "lead": 0.07, "position": 0.12, "density": 0.12}
_WORDS = range(6, 46)
_CHARACTERS = 500
_FULL = 18
_QUOTED_SHARE = 0.6
# What is all in capitals is worth so much of what tells the same in ordinary letters.
_SHOUTED = 0.7
_FACTS = 6
_CONTENT = 12
# How much closeness to the other members decides on the representative, and who tells them on the salience.
_CLOSENESS = 0.15
_SHARED = 0.25
_SAME_TOPIC, _SAME_CLAIM = 0.2, 0.5
# In sentences, to bound memory.
_BLOCK = 4_096
_COMPLETE = re.compile(r"^[“\"‘']?[A-Z0-9$€£].*[^.…?][.!][\"”’')\]]*$", re.DOTALL)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")


def rank(story: Story, clusters: Sequence[Cluster], titles: Vectors, origins: Origins) -> tuple[Ranked, ...]:
    """Score clusters by their best sentences.

    A sentence scores by support (how much of it the other tellers say), centrality (closeness to what
    they share), lead (closeness to titles and first sentences), position and density of facts.

    Args:
        story: The sentences and their similarities.
        clusters: All of them, in clusters.
        titles: Embeddings of the articles' titles. Shape: ``(titles, dimensions)``, perhaps of no rows.
        origins: Which articles have one origin. They are one teller, so that copies add nothing, unless all
            of the story has one.

    Returns:
        Clusters by falling salience; equal ones by number.
    """
    tellers = _tellers(story, origins)
    parts = _parts(story, titles, tellers)
    vocabulary = vocabulary_of(sentence.text for sentence in story.sentences)
    usable = [stands_alone(sentence, vocabulary) for sentence in story.sentences]
    ranked = [_ranked(cluster, parts, usable, tellers) for cluster in clusters]
    return tuple(sorted(ranked, key=lambda item: (-item.salience, item.cluster.id)))


def stands_alone(sentence: Sentence, vocabulary: frozenset[str]) -> bool:
    """Tell whether a sentence can be quoted by itself: whole, undamaged, leaning on nothing outside it."""
    text = quotable(sentence.text)
    return (
        word_count(text) in _WORDS
        and len(text) <= _CHARACTERS
        and bool(_COMPLETE.match(text))
        and word_count(_QUOTED.sub(" ", text)) > (1 - _QUOTED_SHARE) * word_count(text)
        and not leans_on_context(text)
        and not is_damaged(text, vocabulary)
    )


def _tellers(story: Story, origins: Origins) -> NDArray[np.int64]:
    """Return who tells each sentence: its origin, or its article if there is one origin only."""
    sources = [sentence.source for sentence in story.sentences]
    told = {source: origins.of(source) for source in set(sources)}
    tellers = sources if len(set(told.values())) == 1 else [told[source] for source in sources]
    return np.array(tellers, dtype=np.int64)


def _parts(story: Story, titles: Vectors, tellers: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
    """Return each part of the score, from 0 to 1. Shape of each: ``(sentences,)``."""
    encoded = story.encoded
    sources = np.array([sentence.source for sentence in encoded.sentences])
    firsts = np.flatnonzero(np.diff(sources, prepend=-1))
    centres = np.stack([encoded.vectors[tellers == teller].mean(axis=0) for teller in np.unique(tellers)])
    openings = np.concatenate([titles, encoded.vectors[firsts]])
    return {
        "support": _support(story, tellers, firsts),
        "centrality": _scaled(encoded.vectors @ centres.mean(axis=0)),
        "lead": _scaled(_closeness(encoded.vectors, openings)),
        "position": np.array([1.0 - sentence.position for sentence in encoded.sentences], dtype=np.float32),
        "fullness": np.array([_fullness(sentence.text) for sentence in encoded.sentences], dtype=np.float32),
        "density": np.array(
            [_density(sentence.text, story.names) for sentence in encoded.sentences], dtype=np.float32
        ),
    }


def _closeness(vectors: Vectors, openings: Vectors) -> NDArray[np.float32]:
    """Return the mean cosine of each sentence to all openings, by blocks to bound memory."""
    blocks = [vectors[start : start + _BLOCK] for start in range(0, len(vectors), _BLOCK)]
    return np.concatenate([(block @ openings.T).mean(axis=1) for block in blocks])


def _support(story: Story, tellers: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how much of each sentence the other tellers say, from 0 to 1.

    It is the mean over those tellers of what their closest sentence says.
    """
    order = np.argsort(tellers[firsts], kind="stable")
    all_tellers, starts = np.unique(tellers[firsts][order], return_index=True)
    support = np.ones(len(tellers), dtype=np.float32)
    if len(all_tellers) == 1:
        return support
    for start, block in closest(story, firsts):
        rows = slice(start, start + len(block))
        told = np.maximum.reduceat(block[:, order], starts, axis=1)
        said = np.clip((told - _SAME_TOPIC) / (_SAME_CLAIM - _SAME_TOPIC), 0.0, 1.0)
        said[tellers[rows, None] == all_tellers[None, :]] = 0.0
        support[rows] = said.sum(axis=1) / (len(all_tellers) - 1)
    return support


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def _density(text: str, known: frozenset[str]) -> float:
    """Return how full of names, numbers and other content a sentence is, from 0 to 1."""
    facts = min(1.0, (len(set(names(text, known))) + len(numbers(text))) / _FACTS)
    content = min(1.0, len(content_stems(text)) / _CONTENT)
    return (facts + content) / 2


def _fullness(text: str) -> float:
    """Return a factor that holds back sentences too short to tell much, or in capitals, from 0 to 1."""
    return min(1.0, word_count(text) / _FULL) * (_SHOUTED if text.isupper() else 1.0)


def _ranked(
    cluster: Cluster,
    parts: dict[str, NDArray[np.float32]],
    usable: Sequence[bool],
    tellers: NDArray[np.int64],
) -> Ranked:
    """Choose the member that scores best and is close to the others; distinct tellers add salience."""
    members = list(cluster.members)
    scores = parts["fullness"][members] * (
        sum(weight * parts[name][members] for name, weight in _WEIGHTS.items())
    )
    stated = tuple(
        float(score) + _CLOSENESS * similarity if usable[index] else None
        for score, similarity, index in zip(scores, cluster.similarities, members, strict=True)
    )
    candidates = [(score, -index) for score, index in zip(stated, members, strict=True) if score is not None]
    representative = -max(candidates)[1] if candidates else None
    shared = (len(np.unique(tellers[members])) - 1) / max(len(np.unique(tellers)) - 1, 1)
    opening = float(max((parts["lead"][members] + parts["position"][members]) / 2))
    salience = (float(max(scores)) + _SHARED * shared) / (1 + _SHARED)
    lead = opening if representative is not None else 0.0
    return Ranked(cluster, representative, salience, lead, stated)
