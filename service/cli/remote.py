"""The same events from a server, and its refusals as the errors that this process would raise."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import grpc

from newsweave import CallError
from newsweave.client import DIGEST_SECONDS, INFO_SECONDS, SUMMARY_SECONDS
from newsweave.v1 import newsweave_pb2 as pb
from service import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.cli.connection import Connection

_REMOVED = re.compile(r"(?P<article>.*)\[(?P<start>\d+):(?P<end>\d+)\]", re.DOTALL)
_NO_TEXT = "NO_TEXT"
_RETRY_SECONDS = 5.0
_PLAIN = {
    grpc.StatusCode.UNAUTHENTICATED: errors.Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: errors.PermissionDenied,
    grpc.StatusCode.CANCELLED: errors.Cancelled,
}


def stream(
    request: pb.StreamSummarizeRequest, connection: Connection
) -> Iterator[pb.StreamSummarizeResponse]:
    """Stream the events of a summary from a server.

    Raises:
        SettingsError: The connection cannot be used.
        NewsweaveError: The server refused, with what it told about it, or cannot be reached.
    """
    with connection.client(os.environ) as client:
        try:
            yield from client.stream(request)
        except CallError as error:
            raise translated(error, connection.address, SUMMARY_SECONDS) from error


def digest(request: pb.GenerateDigestRequest, connection: Connection) -> Iterator[pb.GenerateDigestResponse]:
    """Stream the events of a digest from a server.

    Raises:
        SettingsError: The connection cannot be used.
        NewsweaveError: The server refused, with what it told about it, or cannot be reached.
    """
    with connection.client(os.environ) as client:
        try:
            yield from client.digest(request)
        except CallError as error:
            raise translated(error, connection.address, DIGEST_SECONDS) from error


def limits(connection: Connection) -> pb.Limits:
    """Return what a server takes; nothing if its caller may not ask for that.

    Raises:
        SettingsError: The connection cannot be used.
        NewsweaveError: The server refused, with what it told about it, or cannot be reached.
    """
    with connection.client(os.environ) as client:
        try:
            return client.server_info().limits
        except CallError as error:
            if error.code is grpc.StatusCode.PERMISSION_DENIED:
                return pb.Limits()
            raise translated(error, connection.address, INFO_SECONDS) from error


def translated(error: CallError, address: str, seconds: float) -> errors.NewsweaveError:
    """Return what a server told as an error of the tree, with the server's own reason.

    Args:
        error: What it told.
        address: Where it is.
        seconds: How much time it had.
    """
    translation = _kind(error, address, seconds)
    if error.reason:
        translation.reason = error.reason
    return translation


def _kind(error: CallError, address: str, seconds: float) -> errors.NewsweaveError:
    if error.violations:
        return errors.InvalidRequest(
            tuple(errors.Violation(item.field, item.reason, item.description) for item in error.violations)
        )
    if error.code in _PLAIN:
        return _PLAIN[error.code](error.message)
    match error.code:
        case grpc.StatusCode.FAILED_PRECONDITION:
            return _no_content(error)
        case grpc.StatusCode.UNAVAILABLE | grpc.StatusCode.RESOURCE_EXHAUSTED:
            told = error.message if error.reason else f"no server answers at {address}: {error.message}"
            return errors.Unavailable(told, error.retry_after or _RETRY_SECONDS)
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return errors.DeadlineExceeded(f"the server at {address} gave no whole answer in {seconds:.0f} s")
    request = f" (request {error.request_id})" if error.request_id else ""
    return errors.NewsweaveError(f"the server at {address} ended the call with {error.code.name}{request}")


def _no_content(error: CallError) -> errors.NoContent:
    removed = tuple(_removed(subject, reason) for subject, reason in error.removed if reason != _NO_TEXT)
    return errors.NoContent(
        removed, tuple(subject for subject, reason in error.removed if reason == _NO_TEXT)
    )


def _removed(subject: str, reason: str) -> errors.RemovedText:
    found = _REMOVED.fullmatch(subject)
    if found is None:
        return errors.RemovedText(subject, 0, 0, reason)
    return errors.RemovedText(found["article"], int(found["start"]), int(found["end"]), reason)
