"""A summary or a digest as Markdown (CommonMark): numbered citations, with the quoted spans below the text.

Whatever comes from articles is escaped, so that it can make neither Markdown nor HTML; see ``escaping``.
"""

from __future__ import annotations

from itertools import filterfalse
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import STYLE_BULLETS, STYLE_HEADLINE_AND_PARAGRAPH
from service.render.escaping import linked, literal
from service.render.headings import counted, heading, is_news
from service.render.numbering import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsweave.v1.newsweave_pb2 import (
        Citation,
        Conflict,
        DigestCompleted,
        SourceReport,
        Story,
        Summary,
        SummarySentence,
        TimelineEntry,
    )
    from newsweave.v1.newsweave_pb2 import Warning as Caution
    from service.render.numbering import Quoted


def render(summary: Summary) -> str:
    """Return a summary as Markdown."""
    asked = summary.style == STYLE_HEADLINE_AND_PARAGRAPH and summary.headline.text
    head = [f"# {literal(summary.headline.text)}", ""] if asked else []
    return _joined([*head, *_summary(summary, "##")])


def render_digest(stories: Sequence[Story], completed: DigestCompleted) -> str:
    """Return a digest as Markdown: its stories, then the articles that are in none of them."""
    articles = sum(len(story.article_ids) for story in stories)
    told = f"{counted(len(stories), 'story', 'stories')} of {counted(articles, 'article', 'articles')}."
    lines = ["# Digest", "", told, ""]
    for story in filter(is_news, stories):
        lines += _story(story, "##")
    if known := list(filterfalse(is_news, stories)):
        lines += ["## Nothing new", ""]
    for story in known:
        lines += _story(story, "###")
    if completed.unassigned:
        lines += ["## In no story", ""]
        lines += [f"- {literal(item.article_id)}: {literal(item.message)}" for item in completed.unassigned]
    return _joined(lines)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _story(story: Story, level: str) -> Iterator[str]:
    # A number and a full stop in a heading are text.
    yield from (f"{level} {story.id}. {literal(heading(story))}", "")
    if story.HasField("error"):
        yield from (f"No summary: {literal(story.error.message)}", "")
    else:
        yield from _summary(story.summary, f"{level}#")


def _summary(summary: Summary, level: str) -> Iterator[str]:
    numbering = Numbering(summary)
    sentences = [_sentence(sentence, numbering) for sentence in summary.sentences]
    if sentences:
        bullets = summary.style == STYLE_BULLETS
        yield from ([f"- {sentence}" for sentence in sentences] if bullets else [" ".join(sentences)])
        yield ""
    yield from _section(f"{level} Sources", _sources(summary, numbering))
    yield from _section(f"{level} Sources disagree", map(_conflict, summary.conflicts))
    yield from _section(f"{level} Timeline", map(_event, summary.timeline))
    yield from _section(f"{level} Known already", (f"- {_cited(item.citation)}" for item in summary.known))
    yield from _section(f"{level} Notes", map(_note, summary.warnings))


def _section(title: str, items: Iterator[str]) -> Iterator[str]:
    """Yield a list under its title, or nothing if it is empty."""
    if listed := list(items):
        yield from (title, "", *listed, "")


def _sentence(sentence: SummarySentence, numbering: Numbering) -> str:
    markers = "".join(f"\\[{marker}\\]" for marker in numbering.markers(sentence))
    conflicts = "".join(f"\\[D{number}\\]" for number in sentence.conflict_ids)
    return f"{literal(sentence.text)} {markers}{conflicts}{_confirmed(sentence)}"


def _confirmed(sentence: SummarySentence) -> str:
    articles, origins = sentence.supporting_articles, sentence.independent_origins
    if origins >= articles:
        return ""
    return f" ({articles} articles, {counted(origins, 'origin', 'origins')})"


def _sources(summary: Summary, numbering: Numbering) -> Iterator[str]:
    same = {name: origin.article_ids for origin in summary.origins for name in origin.article_ids}
    for source in summary.sources:
        if cited := numbering.of_article(source.article_id):
            others = [name for name in same.get(source.article_id, ()) if name != source.article_id]
            yield "\n".join([_source(source, others), *map(_quotation, cited)])


def _source(source: SourceReport, others: Sequence[str]) -> str:
    about = [source.publisher, "offsets in the text of its HTML" if source.extracted_text else ""]
    about += [f"one origin with {', '.join(others)}"] if others else []
    named = f"**{literal(source.article_id)}** {linked(source.title or source.uri, source.uri)}".rstrip()
    return "- " + " · ".join([named, *(literal(part) for part in about if part)])


def _quotation(item: Quoted) -> str:
    span = item.citation.span
    return f"  - \\[{item.number}\\] {span.start}–{span.end} “{literal(item.citation.quote)}”"


def _conflict(conflict: Conflict) -> str:
    shared = " (all of one origin)" if conflict.independent_origins == 1 else ""
    lines = [f"- \\[D{conflict.id}\\] {literal(conflict.explanation)}{shared}"]
    for value in conflict.values:
        lines.append(f"  - **{literal(value.value)}**")
        lines += [f"    - {_cited(citation)}" for citation in value.citations]
    return "\n".join(lines)


def _cited(citation: Citation) -> str:
    place = f"{literal(citation.article_id)} {citation.span.start}–{citation.span.end}"
    return f"{place} “{literal(citation.quote)}”"


def _event(entry: TimelineEntry) -> str:
    days = entry.date + (f" to {entry.last_date}" if entry.last_date else "")
    return f"- **{literal(days)}** {literal(entry.text)}\n  - {_cited(entry.citation)}"


def _note(warning: Caution) -> str:
    about = f"{literal(warning.article_id)}: " if warning.article_id else ""
    groups = "; ".join(", ".join(map(literal, group.article_ids)) for group in warning.groups)
    return f"- {about}{literal(warning.message)}{': ' if groups else ''}{groups}"
