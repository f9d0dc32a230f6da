from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self, cast

import grpc
import pytest

from newsweave import CallError, FieldViolation
from newsweave.v1 import newsweave_pb2 as pb
from service import errors
from service.cli import remote
from service.cli.connection import Connection
from service.cli.faults import exit_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CODE = grpc.StatusCode


def _translated(error: CallError) -> errors.NewsweaveError:
    return remote.translated(error, "news.example:1", 120.0)


class _Late:
    """A client of a server that gives no answer in time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""

    def stream(self, _: object) -> Iterator[object]:
        yield from ()
        raise CallError(CODE.DEADLINE_EXCEEDED, "late")

    digest = stream


@pytest.mark.parametrize(
    ("call", "request_", "seconds"),
    [
        (remote.stream, pb.StreamSummarizeRequest(), "120 s"),
        (remote.digest, pb.GenerateDigestRequest(), "7200 s"),
    ],
)
def test_an_answer_that_is_late_is_told_with_the_time_that_it_had(
    call: Callable[[object, Connection], Iterator[object]],
    request_: object,
    seconds: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Connection, "client", lambda *_: _Late())
    with pytest.raises(errors.DeadlineExceeded, match=f"no whole answer in {seconds}$"):
        list(call(request_, Connection("news.example:1")))


def test_violations_stay_what_they_are() -> None:
    fields = (
        FieldViolation("articles[0].text", "EMPTY_TEXT", "is empty"),
        FieldViolation("options", "BAD", "is bad"),
    )
    error = _translated(CallError(CODE.INVALID_ARGUMENT, "bad", reason="EMPTY_TEXT", violations=fields))
    assert isinstance(error, errors.InvalidRequest)
    assert error.reason == "EMPTY_TEXT"
    assert [(item.field, item.reason, item.description) for item in error.violations] == [
        ("articles[0].text", "EMPTY_TEXT", "is empty"),
        ("options", "BAD", "is bad"),
    ]


def test_removed_spans_stay_what_they_are() -> None:
    removed = (("a[1]\n[3:9]", "NOTICE"), ("odd", "CREDIT"))
    error = _translated(CallError(CODE.FAILED_PRECONDITION, "nothing", reason="NO_CONTENT", removed=removed))
    assert isinstance(error, errors.NoContent)
    assert error.removed == (
        errors.RemovedText("a[1]\n", 3, 9, "NOTICE"),
        errors.RemovedText("odd", 0, 0, "CREDIT"),
    )


def test_pages_without_text_stay_what_they_are() -> None:
    removed = (("b[1:2]", "NO_TEXT"), ("a[3:9]", "NOTICE"))
    error = _translated(CallError(CODE.FAILED_PRECONDITION, "nothing", reason="NO_CONTENT", removed=removed))
    assert isinstance(error, errors.NoContent)
    assert error.without_text == ("b[1:2]",)
    assert error.removed == (errors.RemovedText("a", 3, 9, "NOTICE"),)


@pytest.mark.parametrize(
    ("error", "kind", "reason", "words", "status"),
    [
        (CallError(CODE.UNAVAILABLE, "wait", reason="DRAINING"), errors.Unavailable, "DRAINING", "wait", 3),
        (
            CallError(CODE.RESOURCE_EXHAUSTED, "full", reason="QUEUE_FULL"),
            errors.Unavailable,
            "QUEUE_FULL",
            "full",
            3,
        ),
        (
            CallError(CODE.DEADLINE_EXCEEDED, "late"),
            errors.DeadlineExceeded,
            "DEADLINE_EXCEEDED",
            "the server at news.example:1 gave no whole answer in 120 s",
            3,
        ),
        (CallError(CODE.CANCELLED, "gone"), errors.Cancelled, "CANCELLED", "gone", 3),
        (
            CallError(CODE.UNAUTHENTICATED, "who?", reason="WRONG_CREDENTIALS"),
            errors.Unauthenticated,
            "WRONG_CREDENTIALS",
            "who?",
            2,
        ),
        (
            CallError(CODE.PERMISSION_DENIED, "no", reason="RPC_NOT_ALLOWED"),
            errors.PermissionDenied,
            "RPC_NOT_ALLOWED",
            "no",
            2,
        ),
        (
            CallError(CODE.INTERNAL, "internal error", reason="INTERNAL", request_id="r7"),
            errors.NewsweaveError,
            "INTERNAL",
            "the server at news.example:1 ended the call with INTERNAL (request r7)",
            1,
        ),
        (
            CallError(CODE.UNIMPLEMENTED, "what?"),
            errors.NewsweaveError,
            "INTERNAL",
            "the server at news.example:1 ended the call with UNIMPLEMENTED",
            1,
        ),
    ],
)
def test_codes_become_errors_of_the_tree(
    error: CallError, kind: type[errors.NewsweaveError], reason: str, words: str, status: int
) -> None:
    translation = _translated(error)
    assert isinstance(translation, kind)
    assert (translation.reason, str(translation), exit_status(translation)) == (reason, words, status)


def test_the_server_says_when_to_come_back() -> None:
    error = _translated(CallError(CODE.UNAVAILABLE, "wait", reason="MODEL_NOT_READY", retry_after=2.0))
    assert isinstance(error, errors.Unavailable)
    assert error.retry_after == 2.0


def test_a_server_that_is_not_there_is_told_by_its_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(errors.Unavailable, match=f"no server answers at {address}"):
            list(remote.stream(pb.StreamSummarizeRequest(), Connection(address)))


def test_nor_can_a_digest_be_had_from_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(errors.Unavailable, match=f"no server answers at {address}"):
            list(remote.digest(pb.GenerateDigestRequest(), Connection(address)))


class _Refusing:
    """Stands for a connection to a server that refuses to tell of itself."""

    address = "news.example:1"

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    @contextmanager
    def client(self, _: object) -> Iterator[_Refusing]:
        yield self

    def server_info(self) -> pb.GetServerInfoResponse:
        raise CallError(self._code, "no", reason="NO")


def test_who_may_not_ask_for_limits_knows_none_and_other_refusals_are_told() -> None:
    assert remote.limits(cast("Connection", _Refusing(CODE.PERMISSION_DENIED))) == pb.Limits()
    with pytest.raises(errors.Unauthenticated):
        remote.limits(cast("Connection", _Refusing(CODE.UNAUTHENTICATED)))
