"""The lines of a file, one at a time, so that it may be long and no line can fill the memory."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from service.reading.encoding import decode
from service.reading.found import Unreadable
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.reading.bounded import Readable
    from service.reading.found import Limits

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_END = b"\n"
_BLOCK = 65_536


def lines(beginning: bytes, stream: Readable, limits: Limits) -> Iterator[bytes]:
    """Yield lines without their ends; one that is too long is cut behind its first byte too many.

    Args:
        beginning: What was read of the stream already.
        stream: The rest of it.
        limits: How long a line and the whole may be.

    Raises:
        Unreadable: The whole is too long.
    """
    if beginning.startswith(_WIDE):
        yield from _narrow(beginning, stream, limits.file_bytes).split(_END)
        return
    begun, count, block = bytearray(), 0, beginning
    while block:
        count += len(block)
        if count > limits.archive_bytes:
            raise _too_large(limits.archive_bytes)
        first, *others = block.split(_END)
        begun += first[: limits.line_bytes + 1 - len(begun)]
        for other in others:
            yield bytes(begun)
            begun = bytearray(other[: limits.line_bytes + 1])
        block = stream.read(_BLOCK)
    yield bytes(begun)


def _narrow(beginning: bytes, stream: Readable, most: int) -> bytes:
    """Return a whole file of wide characters in UTF-8: no byte of it tells a line's end."""
    content = beginning + stream.read(max(0, most + 1 - len(beginning)))
    if len(content) > most:
        raise _too_large(most)
    return decode(content).text.encode()


def _too_large(most: int) -> Unreadable:
    return Unreadable(Reason.TOO_LARGE, f"has more than {most} bytes: what follows is not read")
