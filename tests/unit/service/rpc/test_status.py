from __future__ import annotations

import inspect

import pytest
from google.rpc import error_details_pb2 as details
from grpc import StatusCode

from service import errors
from service.errors import (
    Cancelled,
    DeadlineExceeded,
    DeadlineUnattainable,
    Draining,
    InvalidRequest,
    ModelFilesError,
    NewsweaveError,
    NoContent,
    NotCopied,
    NotWritten,
    PermissionDenied,
    QueueFull,
    RemovedText,
    SettingsError,
    SlowConsumer,
    TooManyCalls,
    Unauthenticated,
    Unavailable,
    Violation,
    WrongCredentials,
)
from service.rpc import status

BUDGET = 8_192


def kinds(error: BaseException) -> list[str]:
    return [detail.TypeName() for detail in status.explain(error, "r1").details]


def info(error: BaseException) -> details.ErrorInfo:
    unpacked = details.ErrorInfo()
    assert status.explain(error, "r1").details[0].Unpack(unpacked)
    return unpacked


@pytest.mark.parametrize(
    ("error", "code", "reason", "detail"),
    [
        (
            InvalidRequest((Violation("f", "R", "d"),)),
            StatusCode.INVALID_ARGUMENT,
            "R",
            "google.rpc.BadRequest",
        ),
        (NoContent(()), StatusCode.FAILED_PRECONDITION, "NO_CONTENT", "google.rpc.PreconditionFailure"),
        (Draining("d", 1.5), StatusCode.UNAVAILABLE, "DRAINING", "google.rpc.RetryInfo"),
        (TooManyCalls("t", 1.0), StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS", "google.rpc.RetryInfo"),
        (QueueFull("q", 1.0), StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL", "google.rpc.RetryInfo"),
        (
            DeadlineUnattainable("d", 1.0),
            StatusCode.RESOURCE_EXHAUSTED,
            "DEADLINE_UNATTAINABLE",
            "google.rpc.RetryInfo",
        ),
        (SlowConsumer("s"), StatusCode.RESOURCE_EXHAUSTED, "SLOW_CONSUMER", None),
        (Unauthenticated("u"), StatusCode.UNAUTHENTICATED, "MISSING_CREDENTIALS", None),
        (WrongCredentials("w"), StatusCode.UNAUTHENTICATED, "WRONG_CREDENTIALS", None),
        (PermissionDenied("p"), StatusCode.PERMISSION_DENIED, "RPC_NOT_ALLOWED", None),
        (Cancelled("c"), StatusCode.CANCELLED, "CANCELLED", None),
        (DeadlineExceeded("d"), StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", None),
        (SettingsError("/path"), StatusCode.INTERNAL, "INTERNAL", None),
        (ModelFilesError("/path"), StatusCode.INTERNAL, "INTERNAL", None),
        (ZeroDivisionError("text"), StatusCode.INTERNAL, "INTERNAL", None),
    ],
)
def test_every_error_has_its_row(error: Exception, code: StatusCode, reason: str, detail: str | None) -> None:
    told = status.explain(error, "r1")
    assert told.code == code.value[0]
    assert (info(error).domain, info(error).reason) == ("newsweave", reason)
    expected = ["google.rpc.ErrorInfo", *([detail] if detail else []), "google.rpc.RequestInfo"]
    assert kinds(error) == expected
    if code is StatusCode.INTERNAL:
        assert told.message == "internal error"


def test_every_error_of_the_tree_is_reached_by_the_table() -> None:
    tree = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, NewsweaveError)
    ]
    internal = {kind for kind in tree if status.code_of(kind.__new__(kind)) is StatusCode.INTERNAL}
    assert internal == {NewsweaveError, NotWritten, NotCopied, SettingsError, ModelFilesError}


def test_a_retry_is_told_in_the_details_and_in_the_trailers() -> None:
    error = Unavailable("later", 1.5)
    told = status.explain(error, "r1")
    retry = details.RetryInfo()
    assert told.details[1].Unpack(retry)
    assert retry.retry_delay.ToMilliseconds() == 1500
    assert dict(status.trailers(error, told, "r1")) == {
        "newsweave-request-id": "r1",
        "grpc-status-details-bin": told.SerializeToString(),
        "grpc-retry-pushback-ms": "1500",
    }


def test_no_other_error_invites_to_retry() -> None:
    error = Cancelled("c")
    assert "grpc-retry-pushback-ms" not in dict(status.trailers(error, status.explain(error, "r"), "r"))


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequest(tuple(Violation(f"articles[{n}].text", "R", "d" * 60) for n in range(5_000))),
        NoContent(tuple(RemovedText("x" * 256, n, n + 1, "NOTICE") for n in range(5_000))),
    ],
)
def test_a_status_fits_into_the_metadata_of_a_call(error: NewsweaveError) -> None:
    told = status.explain(error, "r1")
    size = sum(len(key) + len(value) + 32 for key, value in status.trailers(error, told, "r1"))
    assert size + len(told.message) < BUDGET
    assert "5000" in info(error).metadata.values()


def test_what_was_removed_from_a_page_is_told_to_be_of_its_text_and_a_page_without_text_by_its_name() -> None:
    removed = (RemovedText("a", 0, 9, "NOTICE"), RemovedText("b", 2, 5, "FRAGMENT", "html"))
    told = details.PreconditionFailure()
    assert status.explain(NoContent(removed, ("c",)), "r1").details[1].Unpack(told)
    assert [(item.type, item.subject, item.description) for item in told.violations] == [
        ("NO_TEXT", "c", "no text was found in its HTML"),
        ("NOTICE", "a[0:9]", "removed before the summary was begun"),
        ("FRAGMENT", "b[2:5]", "removed from the text of its HTML before the summary was begun"),
    ]


def test_a_short_list_is_told_as_a_whole() -> None:
    violations = tuple(Violation(f"f{n}", "R", "d", (("most", "3"),)) for n in range(30))
    request = details.BadRequest()
    assert status.explain(InvalidRequest(violations), "r").details[1].Unpack(request)
    assert [item.field for item in request.field_violations] == [f"f{n}" for n in range(30)]
    assert dict(info(InvalidRequest(violations)).metadata) == {"most": "3", "violations": "30"}


def test_a_bug_is_logged_by_kind_and_place_only(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("a secret text")
    except ValueError as error:
        status.explain(error, "r1")
    assert "r1" in caplog.text
    assert "ValueError > test_status.py:" in caplog.text
    assert "secret" not in caplog.text
