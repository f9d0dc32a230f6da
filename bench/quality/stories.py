"""Plain texts as the stages of the service take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.neural import encoder
from service.domain import Encoded, Sentence, Span
from service.similarity import story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.similarity import Story


def unsplit(texts: Sequence[str]) -> tuple[Sentence, ...]:
    """Take each text, which must not be empty, as one sentence."""
    return tuple(Sentence(index, Span(0, len(text)), text, 0.0) for index, text in enumerate(texts))


def story_of(sentences: tuple[Sentence, ...]) -> Story:
    """Embed sentences, of which there must be one, and make them ready to be compared."""
    vectors = encoder().encode([sentence.text for sentence in sentences])
    return story(Encoded(sentences, vectors), _go_on)


def _go_on() -> None:
    """Never end the work."""
