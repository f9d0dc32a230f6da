"""Everything that can go wrong, as one tree.

    NewsweaveError
    ├── MalformedRequest        the bytes are not a message of the contract
    ├── InvalidRequest          the caller must change the request
    ├── NoContent               nothing was left of the articles
    ├── Unauthenticated         the caller must show who it is
    │   └── WrongCredentials    what it showed is not known
    ├── PermissionDenied        the caller may not do this
    ├── Unavailable             try again later
    │   ├── ModelNotReady       models are loading, or failed to load
    │   ├── EngineRestarted     the models ended in the middle of the work
    │   ├── Draining            the server is about to stop
    │   ├── TooManyCalls        the caller must wait for the end of a call of its own
    │   ├── QueueFull           as much waits as may wait
    │   └── DeadlineUnattainable    the answer would come too late
    ├── SlowConsumer            the caller does not read what it asked for
    ├── Stopped                 the caller's time is over
    │   ├── Cancelled
    │   └── DeadlineExceeded
    ├── NotWritten              there is no draft; no status, as a source sentence takes its place
    │   └── NotCopied           there is one, with names or numbers of its own
    ├── SettingsError           the operator must change a setting
    └── ModelFilesError         the operator must fetch or mend the weights

An error is raised where the fault is known and says what would mend it. How each looks on the wire
is decided in one table, in ``service/rpc/status.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that breaks a rule.

    Attributes:
        field: Path of the field, such as ``articles[2].text``.
        reason: Stable name of the rule, such as ``EMPTY_TEXT``.
        description: What is wrong and what would be right, in words.
        limits: Figures of the rule, such as ``{"max_articles": "50"}``.
    """

    field: str
    reason: str
    description: str
    limits: tuple[tuple[str, str], ...] = ()


class NewsweaveError(Exception):
    """The root of the tree.

    Attributes:
        reason: Stable name of the case, told to callers.
        metadata: Figures that help the caller, told beside the reason.
    """

    reason = "INTERNAL"

    def __init__(self, message: str, metadata: Mapping[str, str] | None = None) -> None:
        """Keep the message and the figures."""
        super().__init__(message)
        self.metadata = dict(metadata or {})


class MalformedRequest(NewsweaveError):
    """The bytes of the request are not a message of the contract."""

    reason = "MALFORMED_REQUEST"


class InvalidRequest(NewsweaveError):
    """Fields of the request break rules; all of them are told at once."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        """Take the reason of the first violation as the reason of the whole."""
        first = violations[0]
        super().__init__(
            "; ".join(f"{item.field}: {item.description}" for item in violations),
            {key: value for item in violations for key, value in item.limits},
        )
        self.reason = first.reason
        self.violations = violations


@dataclass(frozen=True, slots=True)
class RemovedText:
    """A span that was taken out of an article.

    Attributes:
        article_id: The article.
        start: First code point.
        end: One past the last code point.
        reason: Why, as the name of a :class:`service.domain.RemovalReason`.
        field: Whether the article came as ``text``, or as ``html``, from which the text was extracted.
    """

    article_id: str
    start: int
    end: int
    reason: str
    field: str = "text"


class NoContent(NewsweaveError):
    """Nothing was left of the articles after cleaning."""

    reason = "NO_CONTENT"

    def __init__(self, removed: tuple[RemovedText, ...], without_text: tuple[str, ...] = ()) -> None:
        """Keep what was removed, and the ids of pages without any text, so that the caller can see why."""
        super().__init__("no article holds a sentence that could be summarized")
        self.removed = removed
        self.without_text = without_text


class Unauthenticated(NewsweaveError):
    """The server does not know who calls: no credentials were shown."""

    reason = "MISSING_CREDENTIALS"


class WrongCredentials(Unauthenticated):
    """Credentials were shown, and are not those of a caller that the server knows."""

    reason = "WRONG_CREDENTIALS"


class PermissionDenied(NewsweaveError):
    """The caller is known, and may not use this RPC."""

    reason = "RPC_NOT_ALLOWED"


class Unavailable(NewsweaveError):
    """The server cannot take the request now.

    Attributes:
        retry_after: Seconds after which a new attempt makes sense.
    """

    reason = "UNAVAILABLE"

    def __init__(self, message: str, retry_after: float, metadata: Mapping[str, str] | None = None) -> None:
        """Keep when to come back."""
        super().__init__(message, metadata)
        self.retry_after = retry_after


class ModelNotReady(Unavailable):
    """Models are still loading, or could not be loaded."""

    reason = "MODEL_NOT_READY"


class EngineRestarted(Unavailable):
    """The models ended in the middle of the work, and are begun anew."""

    reason = "ENGINE_RESTARTED"


class Draining(Unavailable):
    """The server finishes its work and takes no more."""

    reason = "DRAINING"


class TooManyCalls(Unavailable):
    """The caller has as many calls under way as it may have."""

    reason = "TOO_MANY_CALLS"


class QueueFull(Unavailable):
    """As many calls wait, or as much work, as may wait."""

    reason = "QUEUE_FULL"


class DeadlineUnattainable(Unavailable):
    """The answer would come after the caller's deadline, or make that of another call late."""

    reason = "DEADLINE_UNATTAINABLE"


class SlowConsumer(NewsweaveError):
    """The caller of a stream does not read it."""

    reason = "SLOW_CONSUMER"


class Stopped(NewsweaveError):
    """Work was given up because nobody waits for it any more."""


class Cancelled(Stopped):
    """The caller cancelled or left."""

    reason = "CANCELLED"


class DeadlineExceeded(Stopped):
    """The caller's deadline passed."""

    reason = "DEADLINE_EXCEEDED"


class NotWritten(NewsweaveError):
    """A drafter wrote no draft; a sentence of the sources takes its place, and the answer says so."""

    reason = "NOT_WRITTEN"


class NotCopied(NotWritten):
    """A draft has names or numbers that the sentences it was made from do not have.

    Attributes:
        text: The draft.
        words: Those names and numbers.
        writer: What wrote it, as its card names it.
    """

    reason = "NOT_COPIED"

    def __init__(self, text: str, words: tuple[str, ...], writer: str) -> None:
        """Keep the draft, the words and the writer."""
        super().__init__("a name or number of none of the sources")
        self.text, self.words, self.writer = text, words, writer


class SettingsError(NewsweaveError):
    """A setting is outside its range."""

    reason = "INVALID_SETTING"


class ModelFilesError(NewsweaveError):
    """Weights are missing, damaged or of a kind that is not loaded."""

    reason = "MODEL_FILES"
