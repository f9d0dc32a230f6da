"""How a call may end: with a status that the contract names, and without a word that was sent or a path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
from google.rpc import error_details_pb2, status_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
# Stands in every text, title, publisher, uri and page of HTML that is sent, and in metadata.
MARK = "Quetzalcoatlus"

_GUIDES = ROOT / "docs" / "api.md", ROOT / "docs" / "operations" / "limits.md"
_SIGNS = (MARK, str(ROOT), "/home/", "/usr/", "/tmp/", ".py", "Traceback", "site-packages")  # noqa: S108  as they look
_DETAILS = "grpc-status-details-bin"
_NEVER = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS}
# What gRPC says by itself, at the client or at the server, before the service has a word in it.
_OF_GRPC = {
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


@dataclass(frozen=True)
class Ending:
    """How a call ended; ``seconds`` is how long that took."""

    code: grpc.StatusCode
    details: str
    trailers: tuple[tuple[str, str | bytes], ...]
    seconds: float

    @property
    def reason(self) -> str:
        """The reason that the service gave, or nothing if gRPC has ended the call."""
        return next((_reason(value) for key, value in self.trailers if key == _DETAILS), "")

    @property
    def name(self) -> str:
        """Its code and its reason."""
        return f"{self.code.name} {self.reason}".strip()

    def faults(self) -> Iterable[str]:
        """Tell everything that is not as it must be."""
        if self.code in _NEVER:
            yield f"ended with {self.name}: {self.details}"
        if not self.reason and self.code not in {grpc.StatusCode.OK, *_OF_GRPC}:
            yield f"{self.code.name} has no reason: {self.details}"
        if self.reason and f"`{self.reason}`" not in _documented():
            yield f"{self.reason} is in no guide"
        told = repr((self.details, self.trailers))
        yield from (f"{sign} was told: {told}" for sign in _SIGNS if sign in told)


def _reason(raw: str | bytes) -> str:
    status, info = status_pb2.Status(), error_details_pb2.ErrorInfo()
    status.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
    assert status.details[0].Unpack(info)
    assert info.domain == "newsweave"
    return str(info.reason)


def _documented() -> str:
    return "".join(guide.read_text("utf-8") for guide in _GUIDES)
