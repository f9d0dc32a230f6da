"""The body of a response of HTTP as it stands in an archive: without chunks, unpacked, and bounded."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

from service.reading.found import Unreadable
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

# Window sizes of zlib: gzip or zlib, told by the beginning, and deflate without either.
_PACKED = 32 + zlib.MAX_WBITS
_BARE = -zlib.MAX_WBITS
_IDENTITY = {"", "identity"}
_CHUNK = re.compile(rb"[0-9a-fA-F]+[ \t]*(?:;[^\r\n]*)?\r\n")


def body(record: ArcWarcRecord, most: int) -> bytes:
    """Return the body of a response, of at most ``most`` bytes.

    Many archives hold bodies that were unpacked, under headers that say otherwise; these are taken as such.

    Raises:
        Unreadable: It is longer, cut off, damaged, or packed in a way that is not read.
    """
    raw = record.raw_stream.read(most + 1)
    if len(raw) > most:
        raise _too_large(most)
    if getattr(record.raw_stream, "limit", 0) or record.rec_headers.get_header("WARC-Truncated"):
        raise Unreadable(Reason.CUT_OFF, "is cut off")
    if _header(record, "Transfer-Encoding") == "chunked":
        raw = _without_chunks(raw)
    return _unpacked(raw, _header(record, "Content-Encoding"), most)


def _header(record: ArcWarcRecord, name: str) -> str:
    return (record.http_headers.get_header(name) or "").strip().lower()


def _without_chunks(raw: bytes) -> bytes:
    if not _CHUNK.match(raw):
        return raw
    try:
        return bytes(ChunkedDataReader(BytesIO(raw), raise_exceptions=True).read())
    except ChunkedDataException:
        raise Unreadable(Reason.CUT_OFF, "is cut off: its chunks are not whole") from None


def _unpacked(raw: bytes, coding: str, most: int) -> bytes:
    if coding in _IDENTITY or raw.lstrip()[:1] == b"<":
        return raw
    if coding in {"gzip", "x-gzip"}:
        return _inflated(raw, _PACKED, most) if raw.startswith(b"\x1f\x8b") else raw
    if coding == "deflate":
        # Some servers leave out the header of two bytes, whose first half-byte is always 8.
        return _inflated(raw, _PACKED if raw[:1] and raw[0] & 15 == 8 else _BARE, most)  # noqa: PLR2004
    raise Unreadable(Reason.UNKNOWN_PACKING, f"is packed with {coding!r}, which is not read")


def _inflated(raw: bytes, window: int, most: int) -> bytes:
    inflater = zlib.decompressobj(window)
    try:
        whole = inflater.decompress(raw, most + 1)
    except zlib.error as error:
        raise Unreadable(Reason.DAMAGED, f"cannot be unpacked: {error}") from None
    if len(whole) > most:
        raise _too_large(most)
    if not inflater.eof:
        raise Unreadable(Reason.CUT_OFF, "is cut off")
    return whole


def _too_large(most: int) -> Unreadable:
    return Unreadable(Reason.TOO_LARGE, f"has more than {most} bytes")
