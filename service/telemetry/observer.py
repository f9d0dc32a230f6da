"""The observer of one server."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from newsweave.v1 import newsweave_pb2 as pb
from service.errors import NewsweaveError
from service.telemetry import instruments as named
from service.telemetry.call import WatchedCall
from service.telemetry.instruments import Instruments
from service.telemetry.listener import Pages, listening
from service.telemetry.pulse import Pulse
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from service.ports import EngineFigures
    from service.telemetry.export import Exports

_log = logging.getLogger(__name__)
_SCOPE = "newsweave"
_CALLERS = TraceContextTextMapPropagator()
_TRACEPARENT = "traceparent"
_SERVICE = pb.DESCRIPTOR.services_by_name["SummarizerService"]


class Telemetry:
    """Implements :class:`service.watch.Observer`, and hears of the batches of models."""

    def __init__(self, exports: Exports, address: str) -> None:
        """Declare the metrics.

        Args:
            exports: Where everything goes.
            address: Where to answer ``/metrics``, ``/livez`` and ``/readyz``; empty: nowhere.
        """
        self._exports, self._address = exports, address
        self._instruments = Instruments(exports.meters.get_meter(_SCOPE, VERSION))
        self._tracer = exports.tracers.get_tracer(_SCOPE, VERSION)

    def call(self, method: str, request_id: str, metadata: Mapping[str, str]) -> WatchedCall:
        """Do as :meth:`service.watch.Observer.call`."""
        # Not the tracestate: it is free text, and comes before it is known who calls.
        sent = {key: text for key, text in metadata.items() if key == _TRACEPARENT}
        parent = _CALLERS.extract(sent, Context())
        return WatchedCall(method, request_id, self._instruments, self._tracer, parent)

    def observe_engine(self, figures: Callable[[], EngineFigures]) -> None:
        """Show the figures of an engine among the metrics."""
        self._instruments.observe_engine(figures)

    def batches(self, role: str) -> Callable[..., None]:
        """Return what a model of a role reports its batches to."""
        made = self._instruments
        kinds = {kind: {named.ROLE: role, named.TOKENS: kind} for kind in ("input", "padding", "output")}
        labels = {named.ROLE: role}

        def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
            made.batch_rows.record(rows, labels)
            made.batch_padding.record((padded - tokens) / max(1, padded), labels)
            for kind, count in (("input", tokens), ("padding", padded - tokens), ("output", written)):
                made.tokens.add(count, kinds[kind])

        return report

    @asynccontextmanager
    async def watching(self, ready: Callable[[], bool], waiting: Callable[[], int]) -> AsyncIterator[None]:
        """Do as :meth:`service.watch.Observer.watching`."""
        self._instruments.observe_process(ready, waiting)
        self._begin_counting_bugs()
        pulse = Pulse(self._instruments.loop_lag.record)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(asyncio.to_thread, self._exports.close)
            await stack.enter_async_context(pulse.beating())
            if self._address:
                pages = Pages(self._exports.registry, lambda: pulse.alive, ready)
                address = stack.enter_context(listening(self._address, pages))
                _log.info("telling metrics", extra={"address": address})
            yield

    def _begin_counting_bugs(self) -> None:
        """Show that there was none yet: to Prometheus, a counter that appears with 1 has not grown."""
        for method in _SERVICE.methods:
            labels = {
                named.REASON: NewsweaveError.reason,
                named.RPC_METHOD: f"{_SERVICE.full_name}/{method.name}",
            }
            self._instruments.refusals.add(0, labels)
