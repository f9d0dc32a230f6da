"""What an earlier digest or summary told, from the JSON form in which it was kept."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.timestamp_pb2 import Timestamp

from newsweave.v1 import newsweave_pb2 as pb
from service.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    # A sentence or a whole text, and the day of its articles if they are of one, in seconds.
    Told = tuple[str, int]

_UNKNOWN = 0
# What only a summary has; a later version may have more.
_OF_A_SUMMARY = ("sentences", "known", "sources")


def background(paths: Sequence[Path]) -> pb.SummaryOptions:
    """Return what the reader knows from files: one text for each day of publication, no sentence twice.

    What a digest told, in its sentences and its timeline, is known, and so is what it quoted in support of
    them; what it left out as known is known still. Days are those of the articles' own clocks.

    Raises:
        InvalidRequest: A file cannot be read, or holds JSON that is neither a digest nor a summary.
    """
    found: dict[int, dict[str, None]] = defaultdict(dict)
    faults: list[Violation] = []
    for path in paths:
        try:
            for text, day in _told(path):
                found[day].setdefault(text)
        except (OSError, ValueError, ParseError, RecursionError) as error:
            faults.append(Violation(f"--since {path}", "UNREADABLE", _fault(error)))
    if faults:
        raise InvalidRequest(tuple(faults))
    return pb.SummaryOptions(
        background=map("\n".join, found.values()),
        background_published_at=(Timestamp(seconds=day) for day in found) if any(found) else (),
    )


def _told(path: Path) -> Iterator[Told]:
    text = path.read_text("utf-8-sig")
    if path.suffix.lower() != ".json":
        yield text, _UNKNOWN
        return
    for summary in [*_summaries(json.loads(text))]:
        days = {source.article_id: _day(source) for source in summary.sources}
        for sentence in summary.sentences:
            yield _text(sentence), _day_of(sentence, days)
            for citation in sentence.citations:
                if citation.role != pb.CITATION_ROLE_CONTRADICTS and citation.quote:
                    yield " ".join(citation.quote.split()), days.get(citation.article_id, _UNKNOWN)
        told: list[pb.KnownSentence | pb.TimelineEntry] = [*summary.known, *summary.timeline]
        for each in told:
            yield _text(each), days.get(each.citation.article_id, _UNKNOWN)


def _summaries(read: Any) -> Iterator[pb.Summary]:  # noqa: ANN401  whatever JSON may hold
    parts = read.get("stories", [read] if "summary" in read else None) if isinstance(read, dict) else None
    if not isinstance(parts, list):
        message = 'it is neither a digest nor a summary: there is no list "stories" and no "summary" in it'
        raise ValueError(message)  # noqa: TRY004  the kind of error that JSON raises
    for number, part in enumerate(parts, start=1):
        summary = part.get("summary") if isinstance(part, dict) else None
        if isinstance(summary, dict) and any(name in summary for name in _OF_A_SUMMARY):
            # A later version may have written it.
            yield ParseDict(summary, pb.Summary(), ignore_unknown_fields=True)
        elif not (isinstance(part, dict) and "summary" not in part and isinstance(part.get("error"), dict)):
            message = f"it is neither a digest nor a summary: number {number} of its stories has no summary"
            raise ValueError(message)


def _text(sentence: pb.SummarySentence | pb.KnownSentence | pb.TimelineEntry) -> str:
    """Return a sentence as one line."""
    if text := " ".join(sentence.text.split()):
        return text
    message = "a sentence of a summary has no text"
    raise ValueError(message)


def _day(source: pb.SourceReport) -> int:
    if not source.HasField("published_at"):
        return _UNKNOWN
    clock = timezone(timedelta(minutes=source.utc_offset_minutes))
    day = source.published_at.ToDatetime(UTC).astimezone(clock).date()
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _day_of(sentence: pb.SummarySentence, days: Mapping[str, int]) -> int:
    """Return the day of the articles that support a sentence, or of that which has it, if it is one day."""
    supports = [each for each in sentence.citations if each.role != pb.CITATION_ROLE_CONTRADICTS]
    exact = [each for each in supports if sentence.text in each.quote]
    found = {days.get(citation.article_id, _UNKNOWN) for citation in exact or supports}
    return found.pop() if len(found) == 1 else _UNKNOWN


def _fault(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply to be a digest or a summary"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error.msg} in line {error.lineno}"
    return str(error).partition("\n")[0]
