"""The one table from errors to the wire: code, reason, details and trailing metadata."""

from __future__ import annotations

import logging
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, TypeVar

from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2 as details
from google.rpc import status_pb2
from grpc import StatusCode

from service import errors, faults
from service.watch import Outcome

if TYPE_CHECKING:
    from google.protobuf.message import Message

M = TypeVar("M", bound="Message")
_log = logging.getLogger(__name__)

DOMAIN = "newsweave"
REQUEST_ID = "newsweave-request-id"
_DETAILS = "grpc-status-details-bin"
_PUSHBACK = "grpc-retry-pushback-ms"

# A fault that is not in the tree, or only the operator can mend, is a bug to the caller.
CODES: dict[type[errors.NewsweaveError], StatusCode] = {
    errors.NewsweaveError: StatusCode.INTERNAL,
    errors.MalformedRequest: StatusCode.INVALID_ARGUMENT,
    errors.InvalidRequest: StatusCode.INVALID_ARGUMENT,
    errors.NoContent: StatusCode.FAILED_PRECONDITION,
    errors.Unauthenticated: StatusCode.UNAUTHENTICATED,
    errors.PermissionDenied: StatusCode.PERMISSION_DENIED,
    errors.Unavailable: StatusCode.UNAVAILABLE,
    errors.TooManyCalls: StatusCode.RESOURCE_EXHAUSTED,
    errors.QueueFull: StatusCode.RESOURCE_EXHAUSTED,
    errors.DeadlineUnattainable: StatusCode.RESOURCE_EXHAUSTED,
    errors.SlowConsumer: StatusCode.RESOURCE_EXHAUSTED,
    errors.Stopped: StatusCode.CANCELLED,
    errors.DeadlineExceeded: StatusCode.DEADLINE_EXCEEDED,
}

# gRPC clients take 8 KiB of metadata unless told otherwise; what is longer is lost as a whole.
_LIST_BYTES = 5_000
_MESSAGE_CHARACTERS = 400
_REMOVED_SPANS = 100
_REMOVED = {
    "text": "removed before the summary was begun",
    "html": "removed from the text of its HTML before the summary was begun",
}


def explain(error: BaseException, request_id: str) -> status_pb2.Status:
    """Return the status of an error, and log it if it is a bug."""
    code = code_of(error)
    if code is not StatusCode.INTERNAL:
        return status_of(error, request_id)
    _log.error("request %s failed: %s", request_id, faults.described(error))
    return status_of(errors.NewsweaveError("internal error"), request_id)


def code_of(error: BaseException) -> StatusCode:
    """Return the gRPC code of an error."""
    return next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), StatusCode.INTERNAL)


def outcome(error: BaseException) -> Outcome:
    """Return how a call ends with an error, without a word that its caller sent."""
    code = code_of(error)
    if code is StatusCode.INTERNAL or not isinstance(error, errors.NewsweaveError):
        return Outcome(code.name, errors.NewsweaveError.reason, fault=faults.described(error))
    violations = error.violations if isinstance(error, errors.InvalidRequest) else ()
    return Outcome(code.name, error.reason, tuple(f"{item.field} {item.reason}" for item in violations))


def status_of(error: BaseException, request_id: str) -> status_pb2.Status:
    """Return the status of an error, with all its details.

    Long lists are cut so that the whole fits into the metadata of a call; the metadata of the ErrorInfo
    tells how long they were.
    """
    reason, figures = "INTERNAL", {}
    if isinstance(error, errors.NewsweaveError):
        reason, figures = error.reason, dict(error.metadata)
    more: list[Message] = []
    if isinstance(error, errors.InvalidRequest):
        more.append(_bad_request(error, figures))
    elif isinstance(error, errors.NoContent):
        more.append(_precondition_failure(error, figures))
    elif isinstance(error, errors.Unavailable):
        more.append(details.RetryInfo(retry_delay=_duration(error.retry_after)))
    info = details.ErrorInfo(reason=reason, domain=DOMAIN, metadata=figures)
    return status_pb2.Status(
        code=code_of(error).value[0],
        message=_message(error),
        details=map(_packed, (info, *more, details.RequestInfo(request_id=request_id))),
    )


def trailers(
    error: BaseException, status: status_pb2.Status, request_id: str
) -> tuple[tuple[str, str | bytes], ...]:
    """Return the trailing metadata that goes with a status."""
    always = ((REQUEST_ID, request_id), (_DETAILS, status.SerializeToString()))
    if isinstance(error, errors.Unavailable):
        return (*always, (_PUSHBACK, str(round(error.retry_after * 1000))))
    return always


def _bad_request(error: errors.InvalidRequest, figures: dict[str, str]) -> details.BadRequest:
    violations = [
        details.BadRequest.FieldViolation(field=item.field, description=item.description, reason=item.reason)
        for item in error.violations
    ]
    figures["violations"] = str(len(violations))
    return details.BadRequest(field_violations=_fitting(violations))


def _precondition_failure(error: errors.NoContent, figures: dict[str, str]) -> details.PreconditionFailure:
    violations = [
        details.PreconditionFailure.Violation(
            type="NO_TEXT", subject=article_id, description="no text was found in its HTML"
        )
        for article_id in error.without_text
    ]
    violations += [
        details.PreconditionFailure.Violation(
            type=item.reason,
            subject=f"{item.article_id}[{item.start}:{item.end}]",
            description=_REMOVED[item.field],
        )
        for item in error.removed[:_REMOVED_SPANS]
    ]
    figures["removed_spans"] = str(len(error.removed))
    return details.PreconditionFailure(violations=_fitting(violations))


def _fitting(messages: list[M]) -> list[M]:
    """Return as many of the first messages as fit into the metadata of a call."""
    sizes = accumulate(message.ByteSize() for message in messages)
    return messages[: len(list(takewhile(lambda size: size <= _LIST_BYTES, sizes)))]


def _message(error: BaseException) -> str:
    text = str(error)
    return text if len(text) <= _MESSAGE_CHARACTERS else text[:_MESSAGE_CHARACTERS] + " ..."


def _duration(seconds: float) -> duration_pb2.Duration:
    duration = duration_pb2.Duration()
    duration.FromMilliseconds(round(seconds * 1000))
    return duration


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
