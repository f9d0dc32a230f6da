"""What peers work on: the articles, cleaned and split just as for Newsweave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.systems.output import Cited, Said
from service.domain import Article, SummaryOptions
from service.language.words import word_count
from service.stages.clean import clean
from service.stages.split import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.corpora.clusters import Cluster

_ENDLESS = 10**9


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of an article.

    Attributes:
        article: Index of the article in its cluster.
        rank: How many sentences of its article stand before it.
        said: The sentence, cited from where it stands.
    """

    article: int
    rank: int
    said: Said

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.said.text


def sentences(cluster: Cluster) -> list[SourceSentence]:
    """Return the sentences of all articles after cleaning, in order."""
    articles = [Article(item.id, item.text, title=item.title) for item in cluster.articles]
    ranks = [0] * len(articles)
    found = []
    for sentence in split(clean(articles, SummaryOptions(), _ENDLESS)):
        span = Cited(articles[sentence.source].id, sentence.span.start, sentence.span.end, sentence.text)
        found.append(SourceSentence(sentence.source, ranks[sentence.source], Said(sentence.text, (span,))))
        ranks[sentence.source] += 1
    return found


def cleaned(cluster: Cluster) -> list[str]:
    """Return the text of each article after cleaning, one sentence after the other."""
    texts: list[list[str]] = [[] for _ in cluster.articles]
    for sentence in sentences(cluster):
        texts[sentence.article].append(sentence.text)
    return [" ".join(parts) for parts in texts]


def within(budget: int, candidates: Iterable[Said]) -> Iterator[Said]:
    """Yield the candidates that still fit, in their order, each once; a longer one is passed over."""
    used, seen = 0, set[str]()
    for candidate in candidates:
        words = word_count(candidate.text)
        if used + words <= budget and candidate.text not in seen:
            used += words
            seen.add(candidate.text)
            yield candidate
