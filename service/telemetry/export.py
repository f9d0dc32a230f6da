"""Where metrics and traces go: to whoever reads ``/metrics``, and by OTLP to a collector.

OTLP is off unless ``otlp_endpoint`` or one of OpenTelemetry's own variables names a collector. The other
``OTEL_*`` variables are obeyed as well, for headers, certificates, sampling, intervals and the resource.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NoOpTracerProvider
from prometheus_client import CollectorRegistry

from service.telemetry.sampling import DecidedHere
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.trace import TracerProvider as AnyTracerProvider

    from service.settings import Settings

_NAME = "newsweave"
_ANY = "OTEL_EXPORTER_OTLP_ENDPOINT"
_FLUSH_MILLISECONDS = 2_000


@dataclass(frozen=True, slots=True)
class Exports:
    """What measures and traces are made with.

    Attributes:
        registry: What ``/metrics`` shows.
        meters: Makes meters.
        tracers: Makes tracers, which do nothing unless traces are asked for.
    """

    registry: CollectorRegistry
    meters: MeterProvider
    tracers: AnyTracerProvider

    def close(self) -> None:
        """Send what is left, for a short time, and stop."""
        self.meters.shutdown(_FLUSH_MILLISECONDS)
        if isinstance(self.tracers, TracerProvider):
            self.tracers.force_flush(_FLUSH_MILLISECONDS)
            self.tracers.shutdown()


def exports(settings: Settings, environment: Mapping[str, str]) -> Exports:
    """Set up what the settings and OpenTelemetry's variables ask for."""
    registry = CollectorRegistry()
    resource = Resource.create({"service.name": _NAME, "service.version": VERSION})
    readers: list[MetricReader] = []
    if settings.metrics_address:
        readers.append(PrometheusMetricReader(scope_info_enabled=False, registry=registry))
    if _asked("METRICS", settings, environment):
        readers.append(_otlp_metrics(settings))
    tracers: AnyTracerProvider = NoOpTracerProvider()
    if _asked("TRACES", settings, environment):
        tracers = _otlp_traces(settings, resource)
    return Exports(registry, MeterProvider(readers, resource, shutdown_on_exit=False), tracers)


def _asked(signal: str, settings: Settings, environment: Mapping[str, str]) -> bool:
    own = f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"
    return bool(settings.otlp_endpoint or environment.get(own) or environment.get(_ANY))


def _otlp_metrics(settings: Settings) -> MetricReader:
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (  # noqa: PLC0415  only if asked for
        OTLPMetricExporter,
    )

    return PeriodicExportingMetricReader(OTLPMetricExporter(settings.otlp_endpoint or None))


def _otlp_traces(settings: Settings, resource: Resource) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415  only if asked for
        OTLPSpanExporter,
    )

    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.sampler = DecidedHere(provider.sampler)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.otlp_endpoint or None)))
    return provider
