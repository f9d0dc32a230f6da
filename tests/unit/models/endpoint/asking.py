"""A drafter behind an endpoint, and what is asked of it in tests."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.endpoint.client import Address
from models.endpoint.drafter import EndpointDrafter, Written
from tests.chat_endpoint import MODEL, Chat

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRE, BLAZE = "A fire at the port of Moss hurt 12 men.", "On Monday, 12 men were hurt at the port."
MERGED = "A fire at the port of Moss hurt 12 men on Monday."
FOREVER = float("inf")
SECRET = "sk-0123456789"  # noqa: S105  no key of anything


@dataclass(frozen=True)
class Asked:
    sources: tuple[str, ...] = (FIRE, BLAZE)
    max_words: int = 30


@dataclass
class Told:
    """Hears what a drafter reports."""

    batches: list[dict[str, int]] = field(default_factory=list)

    def __call__(self, *, rows: int, tokens: int, padded: int, written: int = 0) -> None:
        self.batches.append({"rows": rows, "tokens": tokens, "padded": padded, "written": written})


def never() -> None:
    """Call nothing off."""


@contextmanager
def drafting(chat: Chat, **changed: Any) -> Iterator[EndpointDrafter]:  # noqa: ANN401  what an address has
    report = changed.pop("report", Told())
    address: dict[str, Any] = {
        "url": chat.url,
        "model": MODEL,
        "use_proxy": False,
        "timeout_seconds": 5.0,
    } | changed
    drafter = EndpointDrafter(Address(**address), None, report)
    try:
        yield drafter
    finally:
        drafter.close()


def one(drafter: EndpointDrafter, asked: Asked | None = None, seconds: float = FOREVER) -> Written:
    return drafter.draft([asked or Asked()], never, seconds)[0]
