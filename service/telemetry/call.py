"""One call as it is seen: its figures, its spans, and its line in the log."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id, set_span_in_context

from service.telemetry import instruments as named
from service.watch import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

    from service.domain import Summary
    from service.telemetry.instruments import Instruments
    from service.watch import Outcome, StageName

_log = logging.getLogger(__name__)

# Which statuses are a fault of the server: semantic conventions for gRPC, server span.
SERVER_FAULTS = frozenset(
    {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}
)
_LEFT = frozenset({"CANCELLED", "DEADLINE_EXCEEDED"})
_WAITING = "waiting"
_RULES = 20
_DIGITS = 4


class WatchedCall:
    """Implements :class:`service.watch.CallWatch`. The worker tells of stages, the event loop of the rest."""

    def __init__(
        self, method: str, request_id: str, instruments: Instruments, tracer: Tracer, parent: Context
    ) -> None:
        """Begin to watch a call; ``parent`` holds the span of its caller, if that sent one."""
        self._instruments, self._tracer = instruments, tracer
        self._method = {named.RPC_SYSTEM: "grpc", named.RPC_METHOD: method}
        self._line: dict[str, object] = {"request_id": request_id, "caller": "", "method": method}
        self._seconds: Counter[str] = Counter()
        self._sentences: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._waited, self._at, self._since = 0.0, _WAITING, time.perf_counter()
        self._span = tracer.start_span(method, parent, SpanKind.SERVER, dict(self._method))
        self._span.set_attribute("newsweave.request_id", request_id)
        self._inside = set_span_in_context(self._span, parent)
        instruments.active_calls.add(1, self._method)

    @contextmanager
    def stage(self, name: StageName) -> Iterator[None]:
        """Do as :meth:`service.watch.Watch.stage`."""
        began = time.perf_counter()
        if self._at == _WAITING:
            self.waited(Queue.REQUESTS, began - self._since)
        self._at = name.value
        span = self._tracer.start_span(name.value, self._inside)
        try:
            yield
        except Exception as fault:
            # Neither the text of an exception nor its traceback: they may hold text of an article.
            span.set_attribute(named.ERROR_TYPE, type(fault).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            span.end()
            seconds = time.perf_counter() - began
            self._seconds[name.value] += seconds  # type: ignore[assignment]  # typed for whole numbers
            self._instruments.stage_duration.record(seconds, {named.STAGE: name.value})

    def waited(self, queue: Queue, seconds: float) -> None:
        """Do as :meth:`service.watch.Watch.waited`."""
        self._waited += seconds
        self._instruments.queue_wait.record(seconds, {named.QUEUE: queue.value})

    def identified(self, caller: str) -> None:
        """Do as :meth:`service.watch.CallWatch.identified`."""
        self._line["caller"] = caller

    def sized(self, articles: int, characters: int) -> None:
        """Do as :meth:`service.watch.CallWatch.sized`."""
        self._line |= {"articles": articles, "characters": characters}
        self._span.set_attribute("newsweave.articles", articles)
        self._span.set_attribute("newsweave.characters", characters)

    def summarized(self, summary: Summary) -> None:
        """Do as :meth:`service.watch.CallWatch.summarized`."""
        for sentence in summary.sentences:
            mode = sentence.mode.name.lower()
            self._sentences[mode] += 1
            self._instruments.sentences.add(1, {named.MODE: mode})
        for draft in summary.dropped:
            labels = {named.REASON: draft.reason.name, named.NEXT: draft.outcome.name.lower()}
            self._instruments.fallbacks.add(1, labels)

    def refused(self, reason: str) -> None:
        """Do as :meth:`service.watch.CallWatch.refused`."""
        self._refused[reason] += 1
        self._instruments.refusals.add(
            1, {named.REASON: reason, named.RPC_METHOD: self._method[named.RPC_METHOD]}
        )

    def end(self, outcome: Outcome) -> None:
        """Do as :meth:`service.watch.CallWatch.end`."""
        seconds = time.perf_counter() - self._since
        self._count(outcome, seconds)
        self._tell(outcome, seconds)
        self._end_span(outcome)

    def _count(self, outcome: Outcome, seconds: float) -> None:
        labels = self._method | {named.RPC_STATUS: outcome.code}
        if outcome.code in SERVER_FAULTS:
            labels[named.ERROR_TYPE] = outcome.code
        self._instruments.call_duration.record(seconds, labels)
        self._instruments.active_calls.add(-1, self._method)
        if outcome.code in _LEFT:
            stage = {named.STAGE: self._at, named.RPC_STATUS: outcome.code}
            self._instruments.cancellations.add(1, stage)
        elif outcome.reason:
            self.refused(outcome.reason)

    def _tell(self, outcome: Outcome, seconds: float) -> None:
        line = self._line | {"code": outcome.code, "reason": outcome.reason}
        line |= {"duration_seconds": _short(seconds), "waited_seconds": _short(self._waited)}
        line["stages"] = {name: _short(time) for name, time in dict(self._seconds).items()}
        line["sentences"], line["refused"] = dict(self._sentences), dict(self._refused)
        if self._span.get_span_context().is_valid:
            line["trace_id"] = format_trace_id(self._span.get_span_context().trace_id)
        _log.info("request", extra=line)

    def _end_span(self, outcome: Outcome) -> None:
        self._span.set_attribute(named.RPC_STATUS, outcome.code)
        if outcome.code in SERVER_FAULTS:
            self._span.set_attribute(named.ERROR_TYPE, outcome.code)
            self._span.set_status(Status(StatusCode.ERROR))
        details = {"reason": outcome.reason, "rules": outcome.rules[:_RULES], "fault": outcome.fault}
        for name, detail in details.items():
            if detail:
                self._span.set_attribute(f"newsweave.error.{name}", detail)
        self._span.end()


def _short(seconds: float) -> float:
    return round(seconds, _DIGITS)
