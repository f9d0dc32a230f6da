"""The kinds of files, told by their names or by how they begin."""

from __future__ import annotations

import re
from enum import Enum

from service.rpc.article_rules import is_page


class Format(Enum):
    """A kind of file that is read."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    JSONL = "jsonl"
    FEED = "feed"
    WARC = "warc"


_BY_ENDING = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".rss": Format.FEED,
    ".atom": Format.FEED,
    ".rdf": Format.FEED,
    ".xml": Format.FEED,
    ".warc": Format.WARC,
    ".warc.gz": Format.WARC,
}
ENDINGS = tuple(_BY_ENDING)
_GZIP = b"\x1f\x8b"
_ARCHIVE = b"WARC/"
_FEED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*>\s*+)?(?:<!--.*?-->\s*+|<\?.*?\?>\s*+)*+<(?:\w+:)?(?:rss|feed|rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
_RECORDS = re.compile(r"\ufeff?\s*+[\[{]")
# Enough to see how a file begins.
BEGINNING = 4_096


def ending(name: str) -> str:
    """Return the ending of a file's name that tells its kind, or else its last suffix, as it is written."""
    known = (name[-len(known) :] for known in _BY_ENDING if name.lower().endswith(known))
    stem, dot, last = name.rpartition(".")
    return max(known, key=len, default=f".{last}" if dot and stem else "")


def by_name(name: str) -> Format | None:
    """Return the kind of a file by its name, or None if the name tells nothing."""
    return _BY_ENDING.get(ending(name).lower())


def by_beginning(beginning: bytes) -> Format:
    """Return the kind of a file by how it begins; text if nothing else is known."""
    if beginning.startswith((_GZIP, _ARCHIVE)):
        return Format.WARC
    if _FEED.match(beginning):
        return Format.FEED
    text = beginning.decode("utf-8", "replace")
    if is_page(text):
        return Format.HTML
    if _RECORDS.match(text):
        return _of_records(text)
    return Format.TEXT


def _of_records(text: str) -> Format:
    """Tell an object a line from one value that spans lines."""
    lines = text.strip("\ufeff \t\r\n").split("\n")
    return Format.JSONL if lines[0].rstrip().endswith("}") and len(lines) > 1 else Format.JSON
