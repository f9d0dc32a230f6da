"""What a call that ended with an error tells: the details of its status, unpacked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import grpc
from google.rpc import error_details_pb2, status_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

_DETAILS = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of the request that breaks a rule."""

    field: str
    reason: str
    description: str


@dataclass(slots=True, eq=False)
class CallError(Exception):
    """A call that ended with an error.

    Attributes:
        code: The code of the status.
        message: What went wrong, in words.
        reason: A stable name of the case, such as ``EMPTY_TEXT``; empty if the server was not reached.
        metadata: Figures of the case, such as limits.
        violations: Fields of the request that break rules.
        removed: For ``NO_CONTENT``: what was removed, as ``article_id[start:end]``, and why; or the id
            alone, with ``NO_TEXT``, of an article in whose HTML no text was found.
        retry_after: Seconds after which a new attempt makes sense, or None.
        request_id: The server's name for the request, for its operator; empty if there is none.
    """

    code: grpc.StatusCode
    message: str
    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    violations: tuple[FieldViolation, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    retry_after: float | None = None
    request_id: str = ""

    def __str__(self) -> str:
        return (
            f"{self.code.name} {self.reason}: {self.message}"
            if self.reason
            else f"{self.code.name}: {self.message}"
        )

    @classmethod
    def of(cls, code: grpc.StatusCode, message: str, trailers: Iterable[tuple[str, str | bytes]]) -> Self:
        """Unpack the trailing metadata of a call that ended with an error."""
        error = cls(code, message)
        for key, value in trailers:
            if key == _DETAILS and isinstance(value, bytes):
                error.take(status_pb2.Status.FromString(value))
        return error

    @classmethod
    def of_status(cls, status: status_pb2.Status) -> Self:
        """Unpack the status of one item of a batch."""
        code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
        error = cls(code, status.message)
        error.take(status)
        return error

    def take(self, status: status_pb2.Status) -> None:
        """Take over the details of a status."""
        info = error_details_pb2.ErrorInfo()
        request = error_details_pb2.BadRequest()
        precondition = error_details_pb2.PreconditionFailure()
        retry = error_details_pb2.RetryInfo()
        name = error_details_pb2.RequestInfo()
        for detail in status.details:
            if detail.Unpack(info):
                self.reason, self.metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(request):
                self.violations = tuple(
                    FieldViolation(item.field, item.reason, item.description)
                    for item in request.field_violations
                )
            elif detail.Unpack(precondition):
                self.removed = tuple((item.subject, item.type) for item in precondition.violations)
            elif detail.Unpack(retry):
                self.retry_after = retry.retry_delay.ToTimedelta().total_seconds()
            elif detail.Unpack(name):
                self.request_id = name.request_id
