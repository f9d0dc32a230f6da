"""Who is told how the work goes: protocols over names and figures, and one that tells nobody.

Nothing that is told holds text of a request, nor an id or an address of an article. Of what a caller chose,
two names of a fixed form are told: its request id, and the ids in its ``traceparent``.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from service.domain import Summary


class StageName(StrEnum):
    """A stage whose time is told, in the order of the flow."""

    EXTRACT = "extract"
    CLEAN = "clean"
    SPLIT = "split"
    ENCODE = "encode"
    RELEVANCE = "relevance"
    ORIGINS = "origins"
    SIMILARITY = "similarity"
    CLUSTER = "cluster"
    COMPARE = "compare"
    RANK = "rank"
    PLAN = "plan"
    DRAFT = "draft"
    VERIFY = "verify"


class Queue(StrEnum):
    """What a request waits for: to be begun, or its turn at the models."""

    REQUESTS = "requests"
    MODELS = "models"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    Attributes:
        code: The name of its gRPC status.
        reason: The stable name of the case, as callers see it; empty if all went well.
        rules: Of a refused request, each broken rule as its field and its name.
        fault: Of a bug, its kind and its place.
    """

    code: str
    reason: str = ""
    rules: tuple[str, ...] = ()
    fault: str = ""


class Watch(Protocol):
    """Is told how the work on one request goes."""

    def stage(self, name: StageName) -> AbstractContextManager[None]:
        """Take the time of what is done within; no stage holds another."""
        ...

    def waited(self, queue: Queue, seconds: float) -> None:
        """Hear how long the request waited for its turn, once a turn."""
        ...


class CallWatch(Watch, Protocol):
    """Is told how one call goes, and in the end how it went."""

    def identified(self, caller: str) -> None:
        """Hear the caller's name, which its operator gave it."""
        ...

    def sized(self, articles: int, characters: int) -> None:
        """Hear how much was sent."""
        ...

    def summarized(self, summary: Summary) -> None:
        """Count what kinds of sentences came out; the call may hold several summaries."""
        ...

    def refused(self, reason: str) -> None:
        """Hear why the call, or one item of it, gets no answer."""
        ...

    def end(self, outcome: Outcome) -> None:
        """Hear how the call ended. Comes last, and once."""
        ...


class Observer(Protocol):
    """Is told how a server goes."""

    def call(self, method: str, request_id: str, metadata: Mapping[str, str]) -> CallWatch:
        """Hear that a call begins.

        Args:
            method: Its full name, such as ``newsweave.v1.SummarizerService/Summarize``.
            request_id: Its name in answers and in the log.
            metadata: What came with it; only ``traceparent`` is read, and of that not whether to sample.
        """
        ...

    def watching(
        self, ready: Callable[[], bool], waiting: Callable[[], int]
    ) -> AbstractAsyncContextManager[None]:
        """Watch the server as long as the context is open.

        Args:
            ready: Tells, on any thread, whether requests are taken.
            waiting: Tells, on any thread, how many accepted calls wait to be begun.

        Raises:
            SettingsError: What is seen cannot be told where the settings say.
        """
        ...


class _Nobody:
    """Hears everything and keeps nothing."""

    def call(self, _method: str, _request_id: str, _metadata: Mapping[str, str]) -> CallWatch:
        return self

    def watching(
        self, _ready: Callable[[], bool], _waiting: Callable[[], int]
    ) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def stage(self, _name: StageName) -> AbstractContextManager[None]:
        return nullcontext()

    def waited(self, _queue: Queue, _seconds: float) -> None: ...

    def identified(self, _caller: str) -> None: ...

    def sized(self, _articles: int, _characters: int) -> None: ...

    def summarized(self, _summary: Summary) -> None: ...

    def refused(self, _reason: str) -> None: ...

    def end(self, _outcome: Outcome) -> None: ...


NOBODY = _Nobody()
