"""Why there is no draft from an endpoint.

    NotWritten          nothing that can be used came for this draft
    └── Outage          the next one would fare no better: the endpoint is left alone for a while
    NotCopied           a draft came, with a name or a number of its own

No message holds what the endpoint said, since that may be text of an article, nor where it is.
"""

from __future__ import annotations


class NotWritten(Exception):
    """Nothing came that can be used."""


class Outage(NotWritten):
    """The endpoint writes for nobody now.

    Attributes:
        retry_after: Seconds after which it may be asked again, if it is known.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Keep the message, and when to come back."""
        super().__init__(message)
        self.retry_after = retry_after


class NotCopied(Exception):
    """A draft has names or numbers that its sources do not have.

    Attributes:
        text: The draft.
        words: Those names and numbers.
        writer: What wrote it.
    """

    def __init__(self, text: str, words: tuple[str, ...], writer: str) -> None:
        """Keep the draft, the words and the writer."""
        super().__init__("a name or number of none of the sources")
        self.text, self.words, self.writer = text, words, writer
