"""What an earlier digest or summary told, from the JSON form in which it was kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import ParseDict, ParseError

from newsweave.v1 import newsweave_pb2 as pb
from service.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def background(paths: Sequence[Path]) -> list[str]:
    """Return what the reader knows from files: one text for each summary in them, or for each plain text.

    Sentences that a summary left out as known are known still.

    Raises:
        InvalidRequest: A file cannot be read, or holds JSON that is neither a digest nor a summary.
    """
    found, faults = list[str](), list[Violation]()
    for path in paths:
        try:
            found += _texts(path)
        except (OSError, ValueError, ParseError) as error:
            faults.append(Violation(str(path), "UNREADABLE", _fault(error)))
    if faults:
        raise InvalidRequest(tuple(faults))
    return found


def _texts(path: Path) -> Iterator[str]:
    text = path.read_text("utf-8-sig")
    if path.suffix.lower() != ".json":
        yield text
        return
    for summary in _summaries(json.loads(text)):
        known = (sentence.text for sentence in summary.known)
        yield "\n".join([*(sentence.text for sentence in summary.sentences), *known])


def _summaries(read: Any) -> Iterator[pb.Summary]:  # noqa: ANN401  whatever JSON may hold
    parts = read.get("stories", [read] if "summary" in read else None) if isinstance(read, dict) else None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        message = 'it is neither a digest nor a summary: there is no "stories" and no "summary" in it'
        raise ValueError(message)
    for part in parts:
        # A later version may have written it.
        story = ParseDict({"summary": part.get("summary", {})}, pb.Story(), ignore_unknown_fields=True)
        if story.summary.sentences or story.summary.known:
            yield story.summary


def _fault(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error.msg} in line {error.lineno}"
    return str(error).partition("\n")[0]
