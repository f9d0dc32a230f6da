from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import SpanKind, StatusCode

from service.domain import (
    Citation,
    DropOutcome,
    DroppedDraft,
    DropReason,
    Origins,
    Provenance,
    SentenceMode,
    Span,
    Summary,
    SummarySentence,
    Usage,
    Verification,
)
from service.errors import Cancelled
from service.telemetry.call import SERVER_FAULTS
from service.watch import NOBODY, Outcome, Queue, StageName
from tests.unit.service.telemetry.seen import seeing

if TYPE_CHECKING:
    from service.telemetry.call import WatchedCall
    from tests.unit.service.telemetry.seen import Seen

METHOD = "newsweave.v1.SummarizerService/Summarize"
RPC = {"rpc_system_name": "grpc", "rpc_method": METHOD}
TRACE = "0af7651916cd43dd8448eb211c80319c"
OK = Outcome("OK")


def begun(seen: Seen, **metadata: str) -> WatchedCall:
    return seen.telemetry.call(METHOD, "r1", metadata)


def summary(*modes: SentenceMode, dropped: tuple[DroppedDraft, ...] = ()) -> Summary:
    citation = Citation("a", 0, Span(0, 4), "Text", 0.75)
    sentences = tuple(
        SummarySentence("Text.", mode, (citation,), 1, 1, Verification("fake", 1, 0.5, ()), 1)
        for mode in modes
    )
    usage = Usage(0, 0, 0, 0, 0, 0)
    return Summary(sentences, (), (), Origins(()), (), dropped, (), usage, Provenance("1", (), ""))


def test_a_call_is_timed_by_its_method_and_its_status(seen: Seen) -> None:
    call = begun(seen)
    assert seen.value("newsweave_server_active_calls", **RPC) == 1
    call.end(OK)
    assert seen.value("newsweave_server_active_calls", **RPC) == 0
    assert seen.value("rpc_server_call_duration_seconds_count", **RPC, rpc_response_status_code="OK") == 1


@pytest.mark.parametrize("code", ["OK", "INVALID_ARGUMENT", "CANCELLED", *SERVER_FAULTS])
def test_only_faults_of_the_server_are_errors(seen: Seen, code: str) -> None:
    begun(seen).end(Outcome(code, "REASON"))
    fault = {"error_type": code} if code in SERVER_FAULTS else {}
    labels = {**RPC, "rpc_response_status_code": code, **fault}
    assert seen.value("rpc_server_call_duration_seconds_count", **labels) == 1
    (span,) = seen.spans
    assert (span.status.status_code is StatusCode.ERROR) == bool(fault)
    assert (span.attributes or {})["rpc.response.status_code"] == code


def test_a_refusal_is_counted_and_told_with_its_rules(seen: Seen) -> None:
    begun(seen).end(Outcome("INVALID_ARGUMENT", "EMPTY_TEXT", ("articles[0].text EMPTY_TEXT",)))
    labels = {"newsweave_reason": "EMPTY_TEXT", "rpc_method": METHOD}
    assert seen.value("newsweave_server_refusals_total", **labels) == 1
    (span,) = seen.spans
    assert (span.attributes or {})["newsweave.error.reason"] == "EMPTY_TEXT"
    assert (span.attributes or {})["newsweave.error.rules"] == ("articles[0].text EMPTY_TEXT",)


def test_a_bug_is_told_in_its_span_by_kind_and_place(seen: Seen) -> None:
    begun(seen).end(Outcome("INTERNAL", "INTERNAL", fault="ValueError > plan.py:9 plan"))
    (span,) = seen.spans
    assert (span.attributes or {})["newsweave.error.fault"] == "ValueError > plan.py:9 plan"


@pytest.mark.parametrize("code", ["CANCELLED", "DEADLINE_EXCEEDED"])
def test_a_call_that_is_left_counts_by_the_stage_that_it_had_reached(seen: Seen, code: str) -> None:
    begun(seen).end(Outcome(code, code))
    call = begun(seen)
    with call.stage(StageName.CLUSTER):
        pass
    call.end(Outcome(code, code))
    for stage in ("waiting", "cluster"):
        labels = {"newsweave_stage": stage, "rpc_response_status_code": code}
        assert seen.value("newsweave_server_cancellations_total", **labels) == 1
    assert "newsweave_server_refusals_total{" not in seen.page


def test_stages_are_timed_and_are_spans_within_that_of_the_call(seen: Seen) -> None:
    call = begun(seen)
    for stage in (StageName.CLEAN, StageName.DRAFT, StageName.DRAFT):
        with call.stage(stage):
            pass
    call.end(OK)
    assert seen.value("newsweave_stage_duration_seconds_count", newsweave_stage="draft") == 2
    *stages, whole = seen.spans
    assert [span.name for span in stages] == ["clean", "draft", "draft"]
    assert (whole.name, whole.kind) == (METHOD, SpanKind.SERVER)
    assert all(span.parent and span.parent.span_id == whole.context.span_id for span in stages)
    (line,) = seen.lines()
    assert set(line["stages"]) == {"clean", "draft"}
    assert line["trace_id"] == f"{whole.context.trace_id:032x}"


def test_a_stage_that_fails_says_of_what_kind_and_no_word_more(seen: Seen) -> None:
    call = begun(seen)
    message = "the article said so"
    with pytest.raises(Cancelled), call.stage(StageName.RANK):
        raise Cancelled(message)
    call.end(OK)
    stage, _ = seen.spans
    assert stage.status.status_code is StatusCode.ERROR
    assert dict(stage.attributes or {}) == {"error.type": "Cancelled"}
    assert (stage.status.description, stage.events) == (None, ())


def test_waiting_is_recorded_by_queue_and_added_up(seen: Seen) -> None:
    call = begun(seen)
    with call.stage(StageName.ENCODE):
        call.waited(Queue.MODELS, 1.5)
    with call.stage(StageName.DRAFT):
        call.waited(Queue.MODELS, 2.0)
    call.end(OK)
    assert seen.value("newsweave_queue_wait_seconds_sum", newsweave_queue="models") == 3.5
    assert seen.value("newsweave_queue_wait_seconds_count", newsweave_queue="requests") == 1
    (line,) = seen.lines()
    assert 3.5 <= line["waited_seconds"] < 4


def test_sentences_count_by_mode_and_refused_drafts_by_reason(seen: Seen) -> None:
    call = begun(seen)
    dropped = DroppedDraft("Text", 1, DropReason.NUMBER, DropOutcome.EXTRACTED)
    call.summarized(
        summary(SentenceMode.FUSED, SentenceMode.FUSED, SentenceMode.EXTRACTED, dropped=(dropped,))
    )
    call.end(OK)
    assert seen.value("newsweave_summary_sentences_total", newsweave_sentence_mode="fused") == 2
    labels = {"newsweave_reason": "NUMBER", "newsweave_fallback": "extracted"}
    assert seen.value("newsweave_summary_fallbacks_total", **labels) == 1
    assert seen.lines()[0]["sentences"] == {"fused": 2, "extracted": 1}


def test_a_call_leaves_one_line_with_what_is_known_of_it(seen: Seen) -> None:
    call = begun(seen)
    call.identified("newsroom")
    call.sized(3, 1200)
    call.refused("EMPTY_TEXT")
    call.end(OK)
    (line,) = seen.lines()
    assert line.pop("time")
    assert line.pop("trace_id")
    assert line.pop("duration_seconds") >= 0
    assert line == {
        "level": "info",
        "logger": "service.telemetry.call",
        "event": "request",
        "request_id": "r1",
        "caller": "newsroom",
        "method": METHOD,
        "articles": 3,
        "characters": 1200,
        "code": "OK",
        "reason": "",
        "waited_seconds": 0.0,
        "stages": {},
        "sentences": {},
        "refused": {"EMPTY_TEXT": 1},
    }


def test_the_trace_of_a_caller_is_taken_over(seen: Seen) -> None:
    begun(seen, traceparent=f"00-{TRACE}-b7ad6b7169203331-01").end(OK)
    (span,) = seen.spans
    assert f"{span.context.trace_id:032x}" == TRACE
    assert span.parent
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"


def test_the_tracestate_of_a_caller_is_not_taken_over(seen: Seen) -> None:
    begun(seen, traceparent=f"00-{TRACE}-b7ad6b7169203331-01", tracestate="secret=word").end(OK)
    (span,) = seen.spans
    assert span.parent
    assert not span.parent.trace_state
    assert "secret" not in span.to_json()


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_stands_for_a_trace_does_not_hurt(traceparent: str, tracestate: str) -> None:
    with seeing() as seen:
        begun(seen, traceparent=traceparent, tracestate=tracestate).end(OK)
        assert seen.lines()[0]["code"] == "OK"


def test_nobody_hears_everything_and_keeps_nothing(seen: Seen) -> None:
    call = NOBODY.call(METHOD, "r1", {})
    call.identified("newsroom")
    call.sized(1, 1)
    with call.stage(StageName.CLEAN):
        call.waited(Queue.MODELS, 1.0)
    call.summarized(summary(SentenceMode.FUSED))
    call.refused("EMPTY_TEXT")
    call.end(OK)
    assert not seen.spans
    assert not seen.log.getvalue()
