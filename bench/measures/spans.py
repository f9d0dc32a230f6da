"""Spans, cut out of a text in the unit that was asked for."""

from __future__ import annotations

from newsweave.v1 import newsweave_pb2 as pb

_CODECS = {
    pb.OFFSET_ENCODING_UTF8_BYTES: ("utf-8", 1),
    pb.OFFSET_ENCODING_UTF16_UNITS: ("utf-16-le", 2),
    pb.OFFSET_ENCODING_CODE_POINTS: ("utf-32-le", 4),
}


def cut(text: str, span: pb.Span, encoding: pb.OffsetEncoding.ValueType) -> str | None:
    """Cut a span out of a text, or return None where the cut would split a character."""
    codec, width = _CODECS[encoding]
    try:
        return text.encode(codec)[span.start * width : span.end * width].decode(codec)
    except UnicodeDecodeError:
        return None
