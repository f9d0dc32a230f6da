"""What a system says about a cluster, in the same nouns for every system."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cited:
    """A span that a system names as support.

    Attributes:
        article: Id of the article.
        start: First code point of the span in the article's text.
        end: One past the last.
        quote: What the system says stands there.
    """

    article: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a summary.

    Attributes:
        text: The sentence.
        citations: What supports it; empty if the system cites nothing.
        fused: Whether it was written anew.
    """

    text: str
    citations: tuple[Cited, ...] = ()
    fused: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A summary.

    Attributes:
        said: Its sentences in order.
        dropped: Drafts that did not pass a check, as ``reason, outcome``.
    """

    said: tuple[Said, ...]
    dropped: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentences as one paragraph."""
        return " ".join(sentence.text for sentence in self.said)
