"""HTTP/2 written by hand (RFC 9113, header fields as in RFC 7541), for what no client of gRPC sends."""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
END_STREAM, END_HEADERS = 1, 4
SERVICE = "/newsweave.v1.SummarizerService/"
_HEAD = 9
_STATUS = re.compile(rb"grpc-status[\x01\x02](\d{1,2})")
_HEADER_TABLE_SIZE = 1
_SEVEN_BITS = 127
_FRAME = 16_384


class Kind(IntEnum):
    """Kinds of frames."""

    DATA = 0
    HEADERS = 1
    RST_STREAM = 3
    SETTINGS = 4
    PING = 6
    GOAWAY = 7


@dataclass(frozen=True)
class Frame:
    """A frame as it came, or as it is to go."""

    kind: int
    payload: bytes = b""
    stream: int = 0
    flags: int = 0

    def __bytes__(self) -> bytes:
        length = struct.pack(">I", len(self.payload))[1:]
        return length + bytes([self.kind, self.flags]) + struct.pack(">I", self.stream) + self.payload

    @property
    def status(self) -> int | None:
        """The status of gRPC that stands in it, if one does."""
        found = _STATUS.search(self.payload) if self.kind == Kind.HEADERS else None
        return int(found[1]) if found else None


def headers(path: str, stream: int = 1, flags: int = END_HEADERS, /, **more: str) -> Frame:
    """Return the headers that begin a call; others take the place of the usual ones."""
    fields = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": "localhost",
        "te": "trailers",
        "content-type": "application/grpc",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return Frame(Kind.HEADERS, b"".join(_field(*field) for field in fields.items()), stream, flags)


def _field(name: str, value: str) -> bytes:
    """Return a field in full, neither from a table nor for one."""
    return b"\0" + b"".join(_length(len(part)) + part for part in (name.encode(), value.encode()))


def _length(size: int) -> bytes:
    """Return a length in seven bits, and what exceeds them in groups of seven (RFC 7541, 5.1)."""
    if size < _SEVEN_BITS:
        return bytes([size])
    groups, rest = [], size - _SEVEN_BITS
    while rest > _SEVEN_BITS:
        groups.append(rest % 128 | 128)
        rest //= 128
    return bytes([_SEVEN_BITS, *groups, rest])


def message(raw: bytes, stream: int = 1, flags: int = END_STREAM, *, compressed: int = 0) -> list[Frame]:
    """Return the frames of a whole message of gRPC; without window updates, 65,535 bytes at most."""
    framed = bytes([compressed]) + struct.pack(">I", len(raw)) + raw
    parts = [framed[start : start + _FRAME] for start in range(0, len(framed), _FRAME)]
    last = len(parts) - 1
    return [Frame(Kind.DATA, part, stream, flags if index == last else 0) for index, part in enumerate(parts)]


def reset(stream: int) -> Frame:
    """Return what ends a stream at once: RST_STREAM with CANCEL."""
    return Frame(Kind.RST_STREAM, struct.pack(">I", 8), stream)


class Connection:
    """A connection that does as it is told. Header fields come in full, without a table."""

    def __init__(self, address: str, *, preface: bool = True) -> None:
        """Connect, and begin HTTP/2 if so wished."""
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), 5)
        self._came = b""
        if preface:
            self.socket.sendall(PREFACE)
            self.send(Frame(Kind.SETTINGS, struct.pack(">HI", _HEADER_TABLE_SIZE, 0)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, *frames: Frame) -> None:
        """Send frames."""
        self.socket.sendall(b"".join(map(bytes, frames)))

    def receive(self, seconds: float) -> Frame | None:
        """Return the next frame, or None if none comes in time or the connection is closed."""
        end = time.monotonic() + seconds
        while (frame := self._whole()) is None:
            if not self._more(end - time.monotonic()):
                return None
        return frame

    def status(self, seconds: float) -> int | None:
        """Return the status with which the next call ends, if it does in time."""
        end = time.monotonic() + seconds
        while (frame := self.receive(end - time.monotonic())) is not None:
            if frame.status is not None:
                return frame.status
        return None

    def is_closed_within(self, seconds: float) -> bool:
        """Return whether the server closes the connection in time; whatever else comes is passed over."""
        end = time.monotonic() + seconds
        try:
            while self._more(end - time.monotonic()):
                self._came = b""
        except ConnectionError:
            return True
        return time.monotonic() < end

    def _whole(self) -> Frame | None:
        size = _HEAD + int.from_bytes(self._came[:3], "big")
        if len(self._came) < size:
            return None
        head, payload, self._came = self._came[:_HEAD], self._came[_HEAD:size], self._came[size:]
        return Frame(head[3], payload, int.from_bytes(head[5:9], "big"), head[4])

    def _more(self, seconds: float) -> bool:
        """Take what has come; False if nothing came in time, or never will."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            came = self.socket.recv(1 << 16)
        except TimeoutError:
            return False
        self._came += came
        return bool(came)
