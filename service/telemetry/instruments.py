"""Every metric, declared once; how it is exported is decided elsewhere.

Names and attributes follow the OpenTelemetry semantic conventions where these have one (RPC and process),
and their style elsewhere. Every attribute has a small number of values, all of them written in this
project; what a caller sent is never one.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
from opentelemetry.metrics import Observation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opentelemetry.metrics import CallbackOptions, Meter

    from service.ports import EngineFigures

RPC_SYSTEM, RPC_METHOD = "rpc.system.name", "rpc.method"
RPC_STATUS, ERROR_TYPE = "rpc.response.status_code", "error.type"
STAGE, QUEUE, ROLE, TOKENS, MODE, REASON, NEXT, PROCESS = (
    "newsweave.stage",
    "newsweave.queue",
    "newsweave.model.role",
    "newsweave.token.type",
    "newsweave.sentence.mode",
    "newsweave.reason",
    "newsweave.fallback",
    "newsweave.process",
)

# A refusal takes a millisecond, a summary some seconds, a batch minutes.
_CALL_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 120, 300)
_STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_ROWS = (1, 2, 4, 8, 16, 32, 64)
_SHARES = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75)


class Instruments:
    """The metrics of one server; each attribute of this class is one of them."""

    def __init__(self, meter: Meter) -> None:
        """Declare them on a meter."""
        self._meter = meter
        self._declare_calls(meter)
        self._declare_work(meter)

    def _declare_calls(self, meter: Meter) -> None:
        self.call_duration = meter.create_histogram(
            "rpc.server.call.duration",
            "s",
            "Time of a call, from its arrival to its last byte.",
            explicit_bucket_boundaries_advisory=_CALL_SECONDS,
        )
        self.active_calls = meter.create_up_down_counter(
            "newsweave.server.active_calls", "{call}", "Calls that are under way."
        )
        self.refusals = meter.create_counter(
            "newsweave.server.refusals",
            "{refusal}",
            "Calls, and items of a batch, that were answered with an error, by its reason.",
        )
        self.cancellations = meter.create_counter(
            "newsweave.server.cancellations",
            "{call}",
            "Calls that their caller left, or whose deadline passed, by the stage that they had reached.",
        )
        self.loop_lag = meter.create_histogram(
            "newsweave.event_loop.lag",
            "s",
            "How much later than asked the event loop wakes up.",
            explicit_bucket_boundaries_advisory=_LAG_SECONDS,
        )

    def _declare_work(self, meter: Meter) -> None:
        self.stage_duration = meter.create_histogram(
            "newsweave.stage.duration",
            "s",
            "Time of one run of a stage; draft and verify run once a sentence.",
            explicit_bucket_boundaries_advisory=_STAGE_SECONDS,
        )
        self.queue_wait = meter.create_histogram(
            "newsweave.queue.wait",
            "s",
            "How long a request waited for its turn, once a turn: to be begun, or at the models.",
            explicit_bucket_boundaries_advisory=_CALL_SECONDS,
        )
        self.batch_rows = meter.create_histogram(
            "newsweave.model.batch.rows",
            "{row}",
            "Texts in one batch of a model.",
            explicit_bucket_boundaries_advisory=_ROWS,
        )
        self.batch_padding = meter.create_histogram(
            "newsweave.model.batch.padding",
            "1",
            "Share of a batch that is padding.",
            explicit_bucket_boundaries_advisory=_SHARES,
        )
        self.tokens = meter.create_counter(
            "newsweave.model.tokens",
            "{token}",
            "Tokens that a model read (input, padding) or wrote (output).",
        )
        self.sentences = meter.create_counter(
            "newsweave.summary.sentences", "{sentence}", "Sentences of summaries, by how they came about."
        )
        self.fallbacks = meter.create_counter(
            "newsweave.summary.fallbacks",
            "{draft}",
            "Drafts that were not good enough, by the reason and by what was done then.",
        )

    def observe_engine(self, figures: Callable[[], EngineFigures]) -> None:
        """Ask an engine for its figures whenever the metrics are read."""
        self._meter.create_observable_up_down_counter(
            "newsweave.engine.queue.items",
            [_asked(lambda: figures().queued_items)],
            "{item}",
            "Uses of a model that wait for their turn.",
        )
        self._meter.create_observable_up_down_counter(
            "newsweave.engine.queue.tokens",
            [_asked(lambda: figures().queued_tokens)],
            "{token}",
            "Tokens that wait to be read, estimated from their characters.",
        )
        self._meter.create_observable_counter(
            "newsweave.engine.restarts",
            [_asked(lambda: figures().restarts)],
            "{restart}",
            "How often the models were begun anew.",
        )

    def observe_process(self, ready: Callable[[], bool], waiting: Callable[[], int]) -> None:
        """Ask the process for its memory, and the server how it is, in the same way."""
        server = psutil.Process()
        self._meter.create_observable_up_down_counter(
            "process.memory.usage",
            [lambda _: list(_memory(server))],
            "By",
            "Resident memory of the server, and of the processes that it has begun.",
        )
        self._meter.create_observable_gauge(
            "newsweave.server.ready",
            [_asked(lambda: int(ready()))],
            "{server}",
            "1 while requests are taken, else 0.",
        )
        self._meter.create_observable_up_down_counter(
            "newsweave.server.waiting_calls",
            [_asked(waiting)],
            "{call}",
            "Calls that were accepted and are not begun.",
        )


def _asked(figure: Callable[[], int]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    """Return a figure as a callback of the metrics API."""
    return lambda _: [Observation(figure())]


def _memory(server: psutil.Process) -> Iterator[Observation]:
    """Return the resident memory of a process, and that of its children together."""
    yield Observation(server.memory_info().rss, {PROCESS: "server"})
    held = 0
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            held += child.memory_info().rss
    yield Observation(held, {PROCESS: "models"})
