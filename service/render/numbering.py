"""The numbers that stand for cited spans, in the order in which a reader meets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import CITATION_ROLE_CONTRADICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsweave.v1.newsweave_pb2 import Citation, Summary, SummarySentence

_RANGE = 3


@dataclass(frozen=True, slots=True)
class Quoted:
    """A cited span and the number that stands for it."""

    number: int
    citation: Citation


class Numbering:
    """Numbers of the spans that support the sentences of a summary, from 1, as they are first cited."""

    def __init__(self, summary: Summary) -> None:
        """Number the spans of a summary; one that is cited twice has one number."""
        self._quoted: dict[tuple[str, int, int], Quoted] = {}
        for sentence in summary.sentences:
            for citation in _supporting(sentence):
                self._quoted.setdefault(_key(citation), Quoted(len(self._quoted) + 1, citation))

    def of_article(self, article_id: str) -> list[Quoted]:
        """Return the spans of an article in the order of their numbers."""
        return [item for item in self._quoted.values() if item.citation.article_id == article_id]

    def markers(self, sentence: SummarySentence) -> list[str]:
        """Return the numbers of a sentence, three or more in a row as one range: ``2``, ``5–9``."""
        numbers = sorted({self._quoted[_key(citation)].number for citation in _supporting(sentence)})
        return [marker for run in _runs(numbers) for marker in _marked(run)]


def _supporting(sentence: SummarySentence) -> Iterator[Citation]:
    return (citation for citation in sentence.citations if citation.role != CITATION_ROLE_CONTRADICTS)


def _key(citation: Citation) -> tuple[str, int, int]:
    return citation.article_id, citation.span.start, citation.span.end


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _marked(run: Sequence[int]) -> list[str]:
    return [f"{run[0]}–{run[-1]}"] if len(run) >= _RANGE else [str(number) for number in run]
