"""A source of a story, as a card and as a text with marks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from service.render.page import words
from service.render.page.fates import Fate
from service.render.page.links import followable
from service.render.page.marks import Mark, marks, runs, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newsweave.v1 import newsweave_pb2 as pb
    from service.render.page.marks import Told
    from service.render.page.quotes import Quotes
    from service.render.page.texts import Text

_STRIP = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """A source.

    Attributes:
        report: What the summary reports of it.
        name: Its publisher, or else its title or id.
        link: Where it can be read, if it may be followed.
        published: The day of its publication, as YYYY-MM-DD, or nothing.
        relations: With which sources it shares an origin, and why.
        counts: What became of its passages, in words.
        removed: Why passages were removed, in words.
        strip: Outlines, one a fate, of where these passages lie in a strip of 1,000 by 10.
        text: What a reader sees of it, or nothing.
        runs: Its marks, in the order of its text.
    """

    report: pb.SourceReport
    name: str
    link: str
    published: str
    relations: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    strip: tuple[tuple[str, str], ...]
    text: str
    runs: tuple[Mark, ...]


def sources(summary: pb.Summary, quotes: Quotes, texts: Mapping[str, Text]) -> tuple[Source, ...]:
    """Return the sources of a story, in the order of its summary."""
    names = {report.article_id: _name(report) for report in summary.sources}
    passages = told(summary, quotes)
    return tuple(
        _source(summary, report, passages.get(report.article_id, ()), texts.get(report.article_id), names)
        for report in summary.sources
    )


def _source(
    summary: pb.Summary,
    report: pb.SourceReport,
    passages: Iterable[Told],
    text: Text | None,
    names: Mapping[str, str],
) -> Source:
    found = marks(passages, text) if text else ()
    shown = runs(found, text.length) if text else ()
    return Source(
        report=report,
        name=names[report.article_id],
        link=followable(report.uri),
        published=_day(report),
        relations=tuple(_relations(summary.origins, report.article_id, names)),
        counts=tuple(_counts(found)),
        removed=tuple(_reasons(report)),
        strip=tuple(_strip(shown, text.length)) if text else (),
        text=text.shown if text else "",
        runs=shown,
    )


def _day(report: pb.SourceReport) -> str:
    """Return the day on which an article was published, by the clock of the place."""
    if not report.HasField("published_at"):
        return ""
    zone = timezone(timedelta(minutes=report.utc_offset_minutes))
    return report.published_at.ToDatetime(zone).date().isoformat()


def _name(report: pb.SourceReport) -> str:
    return report.publisher or report.title or report.article_id


def _relations(origins: Iterable[pb.Origin], article_id: str, names: Mapping[str, str]) -> Iterator[str]:
    for link in (link for origin in origins for link in origin.links):
        ends = {link.article_id, link.other_article_id}
        if article_id in ends:
            (other,) = ends - {article_id}
            yield f"{names.get(other, other)} ({words.told(words.ORIGINS, link.reason)})"


def _counts(found: Iterable[Mark]) -> Iterator[tuple[str, str]]:
    counts = Counter(mark.fate for mark in found)
    for fate in reversed(Fate):
        if counts[fate]:
            yield css_class(fate), f"{counts[fate]} {words.FATES[fate.name]}"


def _reasons(report: pb.SourceReport) -> Iterator[str]:
    for reason, count in Counter(removed.reason for removed in report.removed).most_common():
        yield f"{words.told(words.REMOVALS, reason)} ({count})"


def _strip(shown: Iterable[Mark], length: int) -> Iterator[tuple[str, str]]:
    scale = _STRIP / length
    outlines: dict[Fate, str] = {}
    for run in shown:
        start, width = round(run.start * scale), max(round((run.end - run.start) * scale), 1)
        outlines[run.fate] = outlines.get(run.fate, "") + f"M{start} 0h{width}v10h-{width}z"
    for fate, outline in outlines.items():
        yield css_class(fate), outline


def css_class(fate: Fate) -> str:
    """Return the class that a passage with this fate has in the page."""
    return fate.name.lower().replace("_", "-")
