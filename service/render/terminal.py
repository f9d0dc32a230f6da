"""A summary for reading: sentences with numbers in brackets, then the quoted spans that bear them.

Behind the sources stands where they disagree, numbered with a letter before: ``[D1]``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from newsweave.v1.newsweave_pb2 import (
    STYLE_BULLETS,
    STYLE_HEADLINE_AND_PARAGRAPH,
)
from service.render.numbering import Numbering
from service.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from newsweave.v1.newsweave_pb2 import (
        Citation,
        ConflictValue,
        KnownSentence,
        Summary,
        SummarySentence,
        TimelineEntry,
    )
    from newsweave.v1.newsweave_pb2 import Warning as Caution
    from service.render.numbering import Quoted

_OF_HTML = "offsets in the text of its HTML (see --json)"
# Before the number of a conflict, so that it is not taken for that of a span.
_LETTER = "D"


def render(summary: Summary, *, with_headline: bool = True) -> RenderableType:
    """Lay out a summary: the sentences, the sources that they cite, and what a reader should know."""
    numbering = Numbering(summary)
    parts: list[RenderableType] = []
    if with_headline and summary.style == STYLE_HEADLINE_AND_PARAGRAPH and summary.headline.text:
        parts += [Text(printable(summary.headline.text), style="bold"), Text("")]
    if summary.sentences:
        body = _bullets if summary.style == STYLE_BULLETS else _paragraph
        parts += [body(summary.sentences, numbering), Text("")]
        parts += [Text("Sources", style="bold"), *_sources(summary, numbering)]
    parts += _known(summary.known)
    parts += _conflicts(summary)
    parts += _timeline(summary.timeline)
    parts += [Text(_note(warning), style="yellow") for warning in summary.warnings]
    parts.append(Text(_account(summary), style="dim"))
    return Group(*parts)


def _note(warning: Caution) -> str:
    about = f"{printable(warning.article_id)}: " if warning.article_id else ""
    groups = "; ".join(_listed(group.article_ids) for group in warning.groups)
    return f"Note: {about}{printable(warning.message)}{': ' if groups else ''}{groups}"


def _listed(article_ids: Iterable[str]) -> str:
    return ", ".join(map(printable, article_ids))


def _table(*columns: Column) -> Table:
    """Return an empty table that cuts nothing, however narrow the terminal: a part of a quote is none."""
    return Table.grid(*(replace(column, overflow="fold") for column in columns), padding=(0, 1))


def _bullets(sentences: Sequence[SummarySentence], numbering: Numbering) -> Table:
    table = _table(Column(), Column())
    for sentence in sentences:
        table.add_row(Text("•"), _paragraph([sentence], numbering))
    return table


def _paragraph(sentences: Sequence[SummarySentence], numbering: Numbering) -> Text:
    paragraph = Text()
    for sentence in sentences:
        paragraph.append(printable(sentence.text))
        paragraph.append(" " + "".join(f"[{marker}]" for marker in numbering.markers(sentence)), style="cyan")
        paragraph.append("".join(f"[{_LETTER}{number}]" for number in sentence.conflict_ids), style="yellow")
        paragraph.append(" ")
        paragraph.append(_confirmed(sentence), style="dim")
    paragraph.rstrip()
    return paragraph


def _confirmed(sentence: SummarySentence) -> str:
    """Tell how many origins the cited articles have, if these are fewer."""
    articles, origins = sentence.supporting_articles, sentence.independent_origins
    if origins >= articles:
        return ""
    return f"({articles} articles, {origins} origin{'' if origins == 1 else 's'}) "


def _sources(summary: Summary, numbering: Numbering) -> Iterator[RenderableType]:
    same = {name: origin.article_ids for origin in summary.origins for name in origin.article_ids}
    for source in summary.sources:
        cited = numbering.of_article(source.article_id)
        if not cited:
            continue
        about = [source.title, source.publisher, source.uri, _OF_HTML if source.extracted_text else ""]
        heading = Text(printable(source.article_id), style="bold")
        heading.append("".join(f" · {printable(part)}" for part in about if part), style="not bold")
        if others := [name for name in same.get(source.article_id, ()) if name != source.article_id]:
            heading.append(f" · one origin with {_listed(others)}", style="not bold")
        yield heading
        yield Padding(_quotations(cited), (0, 0, 1, 2))


def _quotations(cited: list[Quoted]) -> Table:
    table = _table(Column(justify="right", style="cyan"), Column(justify="right", style="dim"), Column())
    for item in cited:
        span = item.citation.span
        quote = Text(f"“{printable(item.citation.quote)}”")
        table.add_row(Text(f"[{item.number}]"), Text(f"{span.start}–{span.end}"), quote)
    return table


def _known(known: Sequence[KnownSentence]) -> Iterator[RenderableType]:
    """Lay out what the reader knows already, each sentence with the article that tells it."""
    if not known:
        return
    table = _table(Column(style="dim"), Column())
    for item in known:
        table.add_row(Text(_place(item.citation)), Text(f"“{printable(item.citation.quote)}”"))
    yield Text("Known already", style="bold")
    yield Padding(table, (0, 0, 1, 2))


def _place(citation: Citation) -> str:
    return f"{printable(citation.article_id)} {citation.span.start}–{citation.span.end}"


def _conflicts(summary: Summary) -> Iterator[RenderableType]:
    """Lay out where the articles disagree, the values one below the other, each with its articles."""
    if not summary.conflicts:
        return
    yield Text("Sources disagree", style="bold")
    for conflict in summary.conflicts:
        shared = " (all of one origin)" if conflict.independent_origins == 1 else ""
        yield Text(f"[{_LETTER}{conflict.id}] {printable(conflict.explanation)}{shared}", style="yellow")
        yield Padding(_values(conflict.values), (0, 0, 1, 2))


def _values(values: Sequence[ConflictValue]) -> Table:
    table = _table(Column(style="bold"), Column())
    for value in values:
        for order, citation in enumerate(value.citations):
            quote = Text(f"{_place(citation)} “{printable(citation.quote)}”")
            table.add_row(Text("" if order else printable(value.value)), quote)
    return table


def _timeline(entries: Sequence[TimelineEntry]) -> Iterator[RenderableType]:
    """Lay out the dated events, each with the words that tell its day and where these stand."""
    if not entries:
        return
    table = _table(Column(style="bold"), Column())
    for entry in entries:
        told = Text(f"{printable(entry.text)} (“{printable(entry.expression)}”, {_place(entry.citation)})")
        told.append("".join(f"[{_LETTER}{number}]" for number in entry.conflict_ids), style="yellow")
        days = entry.date + (f" to {entry.last_date}" if entry.last_date else "")
        table.add_row(Text(printable(days)), told)
    yield Text("Timeline", style="bold")
    yield Padding(table, (0, 0, 1, 2))


def _account(summary: Summary) -> str:
    """Tell in one line what was used and how it was checked."""
    usage = summary.usage
    told = f"{usage.sentences} sentences, {usage.words} of {usage.words_allowed} words"
    told = f"{told if summary.sentences else 'nothing told'}, from {usage.source_sentences} source sentences"
    if summary.known:
        told += f"; left out as known: {len(summary.known)}"
    if summary.dropped:
        told += f"; drafts not used: {len(summary.dropped)} (see --json)"
    if summary.sentences:
        check = summary.sentences[0].verification
        told += f"; checked by {printable(check.checker)}, at least {check.threshold:.2f}"
    return told
