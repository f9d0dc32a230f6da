"""The bytes of an archive, unpacked, in a stream that ends where too much would come out of it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from service.reading.found import Unreadable
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.reading.found import Limits

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_LINE_END = b"\n"
# In bytes: of what is read, and of what comes out of it, at a time.
_BLOCK = 16_384


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes, or all; nothing at the end."""


class Unpacked:
    """A stream of the bytes of an archive, unpacked if it is packed with gzip, in one member or many.

    warcio could unpack, too; it would take a fault in the packing for the end, and follow a line without end.
    """

    def __init__(self, beginning: bytes, stream: Readable, limits: Limits) -> None:
        """Look at the beginning, which was read already, and keep the limits."""
        blocks = _blocks(beginning, stream)
        self._parts = _inflated(blocks) if beginning.startswith(_GZIP) else blocks
        self._limits = limits
        self._part = b""
        self._count = self._line = 0

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._count

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes; nothing at the end.

        Raises:
            Unreadable: It is damaged, or beyond a limit.
        """
        whole = self._part or next(self._parts, b"")
        part, self._part = whole[:size], whole[size:]
        self._count += len(part)
        end = part.rfind(_LINE_END)
        self._line = self._line + len(part) if end < 0 else len(part) - end - 1
        if self._count > self._limits.archive_bytes:
            raise Unreadable(Reason.TOO_LARGE, f"holds more than {self._limits.archive_bytes} bytes")
        if self._line > self._limits.line_bytes:
            raise Unreadable(Reason.TOO_LARGE, f"has a line of more than {self._limits.line_bytes} bytes")
        return part


def _blocks(beginning: bytes, stream: Readable) -> Iterator[bytes]:
    block = beginning
    while block:
        yield block
        block = stream.read(_BLOCK)


def _inflated(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is packed, member after member, as far as it can be unpacked."""
    inflater, block, is_within = zlib.decompressobj(_GZIP_WINDOW), b"", False
    while True:
        block = block or next(blocks, b"")
        try:
            part = inflater.decompress(block, _BLOCK)
        except zlib.error as error:
            raise Unreadable(Reason.DAMAGED, f"cannot be unpacked: {error}") from None
        if part:
            yield part
        elif not block:
            break
        is_within, block = True, inflater.unconsumed_tail
        if inflater.eof:
            block = inflater.unused_data.lstrip(b"\0")  # members may be padded
            inflater, is_within = zlib.decompressobj(_GZIP_WINDOW), False
    if is_within:
        raise Unreadable(Reason.CUT_OFF, "ends in the middle of what is packed")
