"""Peers that choose sentences: the leads, TF-IDF centroid, LexRank and TextRank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as SumySentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from bench.systems.output import Output
from bench.systems.sources import sentences, within
from service.language.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from sumy.summarizers._summarizer import AbstractSummarizer, SentenceInfo

    from bench.corpora.clusters import Cluster

    Extractor = Callable[[Cluster], Output]

# Sentences closer than this to a chosen one are passed over, as centroid summarizers do (Radev et al., 2004).
_REPEATS = 0.7
_LANGUAGE = "english"
_WORDS = r"\w+"


def lead(cluster: Cluster) -> Output:
    """Take the first sentence of every article, then the second of every one, and so on."""
    found = sorted(sentences(cluster), key=lambda sentence: (sentence.rank, sentence.article))
    return Output(tuple(within(cluster.words, (sentence.said for sentence in found))))


def centroid(cluster: Cluster) -> Output:
    """Take the sentences closest to the mean of all, by TF-IDF cosine, that repeat none taken before."""
    found = sentences(cluster)
    if not found:
        return Output(())
    vectors = TfidfVectorizer(stop_words=_LANGUAGE, token_pattern=_WORDS).fit_transform(
        sentence.text for sentence in found
    )
    closeness = np.asarray(vectors @ np.asarray(vectors.mean(axis=0)).T).ravel()
    similarity = (vectors @ vectors.T).toarray()
    chosen = _distinct(np.argsort(-closeness, kind="stable").tolist(), similarity)
    return Output(tuple(within(cluster.words, (found[index].said for index in chosen))))


def _distinct(order: Sequence[int], similarity: NDArray[np.float64]) -> Iterator[int]:
    taken: list[int] = []
    for index in order:
        if not taken or similarity[index, taken].max() < _REPEATS:
            taken.append(index)
            yield index


def lexrank(cluster: Cluster) -> Output:
    """Ask LexRank (Erkan and Radev, 2004) of the package sumy."""
    return _sumy(cluster, LexRankSummarizer(Stemmer(_LANGUAGE)))


def textrank(cluster: Cluster) -> Output:
    """Ask TextRank (Mihalcea and Tarau, 2004) of the package sumy."""
    return _sumy(cluster, TextRankSummarizer(Stemmer(_LANGUAGE)))


def _sumy(cluster: Cluster, summarizer: AbstractSummarizer) -> Output:
    """Return the best sentences that fit, in the order of the articles, as sumy gives them."""
    summarizer.stop_words = get_stop_words(_LANGUAGE)
    said = {sentence.text: sentence.said for sentence in sentences(cluster)}

    def best(ranked: Sequence[SentenceInfo]) -> list[SentenceInfo]:
        """Choose by the budget; sumy takes this in the place of a number of sentences."""
        fitting = set(within(cluster.words, (said[str(item.sentence)] for item in ranked)))
        return [item for item in ranked if said[str(item.sentence)] in fitting]

    return Output(tuple(said[str(sentence)] for sentence in summarizer(_document(said), best)))


def _document(texts: Iterable[str]) -> ObjectDocumentModel:
    return ObjectDocumentModel([Paragraph([SumySentence(text, _Words()) for text in texts])])


class _Words:
    """What sumy needs of a tokenizer once sentences are split; its own one needs files from the network."""

    def to_words(self, text: str) -> tuple[str, ...]:
        """Return the words of a sentence."""
        return tuple(words(text))
