from __future__ import annotations

import time
from concurrent import futures
from typing import TYPE_CHECKING

import grpc
import pytest
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_pb
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as metrics_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as trace_grpc
from opentelemetry.trace import NoOpTracerProvider
from prometheus_client import generate_latest

from service.settings import Settings
from service.telemetry.export import exports
from service.telemetry.observer import Telemetry
from service.version import VERSION
from service.watch import Outcome, StageName

if TYPE_CHECKING:
    from collections.abc import Iterator

METHOD = "newsweave.v1.SummarizerService/Summarize"
QUIET = Settings(metrics_address="")


class Collector:
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        self.metrics: set[str] = set()
        self.spans: set[str] = set()


class _Metrics(metrics_grpc.MetricsServiceServicer):
    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def Export(  # noqa: N802  the name in the contract of OTLP
        self, request: metrics_pb.ExportMetricsServiceRequest, context: grpc.ServicerContext
    ) -> metrics_pb.ExportMetricsServiceResponse:
        del context
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                self.collector.metrics |= {metric.name for metric in scope.metrics}
        return metrics_pb.ExportMetricsServiceResponse()


class _Traces(trace_grpc.TraceServiceServicer):
    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def Export(  # noqa: N802  the name in the contract of OTLP
        self, request: trace_pb.ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> trace_pb.ExportTraceServiceResponse:
        del context
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.collector.spans |= {span.name for span in scope.spans}
        return trace_pb.ExportTraceServiceResponse()


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    server = grpc.server(futures.ThreadPoolExecutor(2))
    collector = Collector()
    metrics_grpc.add_MetricsServiceServicer_to_server(_Metrics(collector), server)  # type: ignore[no-untyped-call]
    trace_grpc.add_TraceServiceServicer_to_server(_Traces(collector), server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield collector, f"http://127.0.0.1:{port}"
    server.stop(None).wait()


@pytest.mark.parametrize("by_variable", [False, True])
def test_metrics_and_traces_reach_a_collector(
    collector: tuple[Collector, str],
    monkeypatch: pytest.MonkeyPatch,
    by_variable: bool,  # noqa: FBT001
) -> None:
    kept, endpoint = collector
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint} if by_variable else {}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = QUIET if by_variable else Settings(metrics_address="", otlp_endpoint=endpoint)
    made = exports(settings, environment)
    Telemetry(made, "").call(METHOD, "r1", {}).end(Outcome("OK"))
    made.close()
    assert "rpc.server.call.duration" in kept.metrics
    assert kept.spans == {METHOD}


@pytest.mark.parametrize("sampler", ["", "parentbased_always_on", "parentbased_always_off", "always_off"])
@pytest.mark.parametrize("flag", ["00", "01"])
def test_who_calls_does_not_decide_what_is_traced(
    collector: tuple[Collector, str], monkeypatch: pytest.MonkeyPatch, sampler: str, flag: str
) -> None:
    if sampler:
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    kept, endpoint = collector
    made = exports(Settings(metrics_address="", otlp_endpoint=endpoint), {})
    sent = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-{flag}"}
    call = Telemetry(made, "").call(METHOD, "r1", sent)
    with call.stage(StageName.RANK):
        pass
    call.end(Outcome("OK"))
    made.close()
    assert kept.spans == (set() if sampler.endswith("off") else {METHOD, "rank"})


def test_a_collector_for_one_kind_gets_only_that(
    collector: tuple[Collector, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, endpoint = collector
    environment = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": endpoint}
    monkeypatch.setenv(*environment.popitem())
    made = exports(QUIET, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": endpoint})
    Telemetry(made, "").call(METHOD, "r1", {}).end(Outcome("OK"))
    made.close()
    assert (kept.metrics, kept.spans) == (set(), {METHOD})


def test_a_collector_that_is_not_there_holds_up_no_end() -> None:
    made = exports(Settings(metrics_address="", otlp_endpoint="http://127.0.0.1:1"), {})
    Telemetry(made, "").call(METHOD, "r1", {}).end(Outcome("OK"))
    begun = time.monotonic()
    made.close()
    assert time.monotonic() - begun < 10


def test_nothing_is_traced_or_sent_unless_asked_for() -> None:
    made = exports(Settings(), {})
    assert isinstance(made.tracers, NoOpTracerProvider)
    Telemetry(made, "").call(METHOD, "r1", {}).end(Outcome("OK"))
    page = generate_latest(made.registry).decode()
    assert f'service_version="{VERSION}"' in page
    assert "rpc_server_call_duration_seconds_count" in page
    assert "otel_scope" not in page
    made.close()


def test_metrics_are_shown_nowhere_without_an_address() -> None:
    made = exports(QUIET, {})
    Telemetry(made, "").call(METHOD, "r1", {}).end(Outcome("OK"))
    assert not generate_latest(made.registry)
    made.close()
