"""A telemetry whose metrics, traces and log lines can be read back."""

from __future__ import annotations

import io
import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest

from service.cli.log import JsonLines
from service.telemetry.export import Exports
from service.telemetry.observer import Telemetry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import ReadableSpan


@dataclass
class Seen:
    """What a telemetry told."""

    exports: Exports
    telemetry: Telemetry
    exporter: InMemorySpanExporter
    log: io.StringIO = field(default_factory=io.StringIO)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    @property
    def page(self) -> str:
        return generate_latest(self.exports.registry).decode()

    def samples(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in self.exports.registry.collect()
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        return self.samples().get((name, tuple(sorted(labels.items()))), 0.0)

    def lines(self, event: str = "request") -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.log.getvalue().splitlines()]
        return [line for line in told if line["event"] == event]


@contextmanager
def seeing(address: str = "") -> Iterator[Seen]:
    """Make a telemetry, and read the log of the service as long as the context is open."""
    registry, exporter = CollectorRegistry(), InMemorySpanExporter()
    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    reader = PrometheusMetricReader(scope_info_enabled=False, registry=registry)
    exports = Exports(registry, MeterProvider([reader], shutdown_on_exit=False), tracers)
    seen = Seen(exports, Telemetry(exports, address), exporter)
    handler = logging.StreamHandler(seen.log)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("service")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
