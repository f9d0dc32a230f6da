"""Clusters of articles about one event, with what a summary of them should say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One article.

    Attributes:
        id: Unique in its cluster.
        text: Its content.
        title: Its headline, or empty.
    """

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that was planted in articles.

    Attributes:
        statement: The fact, as one sentence.
        articles: Ids of all articles that state it.
    """

    statement: str
    articles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles about one event.

    Attributes:
        id: Unique in its corpus.
        articles: The articles, in the order in which they are sent.
        words: Most words that a summary may have.
        reference: What an editor wrote, or empty.
        facts: What was planted, if anything.
    """

    id: str
    articles: tuple[Text, ...]
    words: int
    reference: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Corpus:
    """Clusters of one kind.

    Attributes:
        name: Its name in tables.
        words: Where the budgets of words come from, such as ``reference/25``.
        clusters: The clusters, in a fixed random order, so that the first ones are a fair sample.
        sha256: Digest of everything that was read.
    """

    name: str
    words: str
    clusters: tuple[Cluster, ...]
    sha256: str
