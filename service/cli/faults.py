"""Errors in words on stderr, and as an exit status."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from service.errors import (
    InvalidRequest,
    NewsweaveError,
    NoContent,
    PermissionDenied,
    SettingsError,
    Stopped,
    Unauthenticated,
    Unavailable,
)
from service.render.safe import printable

FAILED = 1
REFUSED = 2
NOT_NOW = 3
# Something was written, and not of all that was given.
INCOMPLETE = 4
# Fields of a request, as the flag that fills them.
_FLAGS = {
    "options.max_words": "--max-words",
    "options.focus_query": "--focus",
    "options.background": "--since",
}
_FOR_THE_CALLER = (InvalidRequest, NoContent, SettingsError, Unauthenticated, PermissionDenied)


def exit_status(error: NewsweaveError) -> int:
    """Return 2 where something given must be changed, 3 where a later attempt may work, else 1."""
    if isinstance(error, _FOR_THE_CALLER):
        return REFUSED
    return NOT_NOW if isinstance(error, Unavailable | Stopped) else FAILED


def tell(error: NewsweaveError) -> None:
    """Write an error to stderr, one line a fault."""
    console = Console(stderr=True, highlight=False)
    for line in _lines(error):
        console.print(Text(f"newsweave: {printable(line)}"), soft_wrap=True)


def _lines(error: NewsweaveError) -> list[str]:
    if isinstance(error, InvalidRequest):
        return [
            f"{_FLAGS.get(item.field, item.field)}: {item.description} [{item.reason}]"
            for item in error.violations
        ]
    lines = [f"{error} [{error.reason}]"]
    if isinstance(error, NoContent):
        lines += [f"{article_id}: no text was found in its HTML" for article_id in error.without_text]
        lines += [
            f"{item.article_id}: {item.start}-{item.end} removed: {item.reason}" for item in error.removed
        ]
    if isinstance(error, Unavailable):
        lines += [f"try again in {error.retry_after:.0f} s"]
    return lines
