"""A story, as a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google.rpc.error_details_pb2 import ErrorInfo

from newsweave.v1 import newsweave_pb2 as pb
from service.render.headings import heading, is_news
from service.render.page.marks import notes
from service.render.page.quotes import Quotes
from service.render.page.sources import Source, css_class, sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from google.rpc.status_pb2 import Status

    from service.render.page.quotes import Marker, Quote
    from service.render.page.texts import Text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its markers.

    Attributes:
        message: The sentence.
        markers: The quoted passages that bear on it.
        kind: Who says so: ``agreed``, ``disputed`` or ``single``.
    """

    message: pb.SummarySentence
    markers: tuple[Marker, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story of the report.

    Attributes:
        story: The story itself.
        headline: Its headline, or else the beginning of its summary.
        sentences: Its sentences.
        quotes: Its quoted passages.
        sources: Its sources.
        numbers: The number of each source, from 1, by the id of its article.
        places: Of every quoted passage by number, the index of its source, start and end in UTF-16
            units, and what is said of it; all 0 if the text of the source is not at hand.
        error: Why it has no summary, or nothing.
        error_reason: The same as a stable code, if there is one.
    """

    story: pb.Story
    headline: str
    sentences: tuple[Sentence, ...]
    quotes: Quotes
    sources: tuple[Source, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)
    places: tuple[tuple[int, int, int, str], ...] = ()
    error: str = ""
    error_reason: str = ""

    @property
    def is_news(self) -> bool:
        """Whether there is more to it than what the reader knows already."""
        return is_news(self.story)

    @property
    def kinds(self) -> Mapping[str, int]:
        """How many sentences there are of each kind."""
        kinds = [sentence.kind for sentence in self.sentences]
        return {kind: kinds.count(kind) for kind in ("agreed", "disputed", "single")}

    @property
    def numbered(self) -> Sequence[Quote]:
        """The quoted passages by number."""
        return tuple(self.quotes.by_place.values())

    @property
    def origins(self) -> int:
        """How many distinct origins the sources have."""
        return len({source.report.origin for source in self.sources})

    def source_number(self, article_id: str) -> int:
        """Return the number of a source from 1, or 0 if the summary reports nothing of it."""
        return self.numbers.get(article_id, 0)

    def name(self, article_id: str) -> str:
        """Return what to call an article."""
        number = self.source_number(article_id)
        return self.sources[number - 1].name if number else article_id

    def data(self) -> Mapping[str, object]:
        """Return what the script needs: texts with their marks, and where quoted passages lie."""
        return {
            "texts": [source.text for source in self.sources],
            "runs": [
                [[run.start, run.end, css_class(run.fate), run.note] for run in source.runs]
                for source in self.sources
            ],
            "quotes": self.places,
        }


def view(story: pb.Story, texts: Mapping[str, Text]) -> StoryView:
    """Lay out a story.

    Raises:
        QuoteMismatch: The texts are not those that it was made of.
    """
    if story.HasField("error"):
        return _failed(story)
    summary = story.summary
    quotes = Quotes.of(summary)
    sentences = tuple(
        Sentence(sentence, quotes.markers(sentence.citations), _kind(sentence))
        for sentence in summary.sentences
    )
    return StoryView(
        story=story,
        headline=heading(story),
        sentences=sentences,
        quotes=quotes,
        sources=sources(summary, quotes, texts),
        numbers={report.article_id: number for number, report in enumerate(summary.sources, 1)},
        places=tuple(_places(summary, quotes, texts)),
    )


def _failed(story: pb.Story) -> StoryView:
    headline = f"Story {story.id} has no summary"
    error, reason = story.error.message, _reason(story.error)
    return StoryView(story, headline, (), Quotes(), (), error=error, error_reason=reason)


def _reason(error: Status) -> str:
    for detail in error.details:
        told = ErrorInfo()
        if detail.Unpack(told):
            return str(told.reason)
    return ""


def _kind(sentence: pb.SummarySentence) -> str:
    against = any(citation.role == pb.CITATION_ROLE_CONTRADICTS for citation in sentence.citations)
    if sentence.conflict_ids or against:
        return "disputed"
    return "agreed" if sentence.independent_origins > 1 else "single"


def _places(
    summary: pb.Summary, quotes: Quotes, texts: Mapping[str, Text]
) -> Iterator[tuple[int, int, int, str]]:
    said = notes(summary, quotes)
    index = {report.article_id: place for place, report in enumerate(summary.sources)}
    for key, quote in quotes.by_place.items():
        article_id = quote.citation.article_id
        if article_id in texts and article_id in index:
            texts[article_id].require(quote.citation)
            yield index[article_id], *texts[article_id].place(quote.citation.span), said[key]
        else:
            yield 0, 0, 0, said[key]
