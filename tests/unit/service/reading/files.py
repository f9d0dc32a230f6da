"""Little files of every kind that is read, and short ways to read them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from service.reading.found import Limits, Reading
from service.reading.pile import read

if TYPE_CHECKING:
    from pathlib import Path

    from service.reading.formats import Format

URI = "https://gazette.example/bridge"
PAGE = "<!doctype html><title>Bridge</title><p>The bridge was closed on Monday.</p>"
STORY = "The bridge was closed on Monday. " * 25


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file, with the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_bytes(content: bytes | str, kind: Format | None = None, limits: Limits | None = None) -> Reading:
    """Read what stands on standard input."""
    raw = content.encode() if isinstance(content, str) else content
    return read(["-"], kind, limits or Limits(), io.BytesIO(raw))


def told(reading: Reading) -> list[tuple[str, str, bool]]:
    """Return the remarks of a reading: reason, description, whether something was lost."""
    return [(remark.reason.value, remark.description, remark.lost) for remark in reading.remarks]


def reasons(reading: Reading) -> list[str]:
    """Return the reasons of the remarks."""
    return [remark.reason.value for remark in reading.remarks]


def rss(*items: str, head: str = "") -> str:
    """Return a feed in RSS 2.0."""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Gazette</title>{head}'
        f"{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    )


def atom(*entries: str) -> str:
    """Return a feed in Atom."""
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Herald</title>{inner}</feed>'


def record(
    writer: WARCWriter,
    body: bytes,
    uri: str = URI,
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    **headers: str,
) -> None:
    """Write a response into an archive, with more headers of HTTP: Content_Encoding="gzip"."""
    fields = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
    writer.write_record(
        writer.create_warc_record(
            uri,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, fields, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": "2024-06-19T08:00:00Z"},
        )
    )


def archive(*bodies: bytes, packed: bool = True) -> bytes:
    """Return an archive of pages at addresses with numbers from 1."""
    output = io.BytesIO()
    writer = WARCWriter(output, gzip=packed)
    for number, body in enumerate(bodies, 1):
        record(writer, body, f"{URI}/{number}")
    return output.getvalue()


def lines(*objects: object) -> str:
    """Return objects as JSON lines."""
    return "".join(json.dumps(item) + "\n" for item in objects)
