"""Greedy decoding of several drafts at once, each with words guessed from its sources.

A draft copies most of its words. So a row guesses that what followed its last words in a source follows
again; the model reads the guesses of all rows in one step, and a row keeps those that it would have written
(Saxena, 2023, "Prompt Lookup Decoding"). The text is that of plain greedy decoding, row by row, as far as
sums are exact: of short numbers the last bits may be others when more is read at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from models.attention import Memory, Part, prepare, read
from models.prompt import common_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from transformers import PreTrainedModel

# More of the last tokens than these tell no better what follows.
_LONGEST_MATCH = 4


class Draft(Protocol):
    """What a row writes."""

    @property
    def tokens(self) -> list[int]:
        """The tokens so far."""
        ...

    @property
    def room(self) -> int:
        """How many tokens may follow; 0 when it is done."""
        ...

    def write(self, scores: torch.Tensor, best: int) -> int:
        """Add the token of the highest score of those that may follow, and return it.

        Args:
            scores: Shape: ``(vocabulary,)``.
            best: The token of the highest score of all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A draft and what it is made of.

    Attributes:
        prompt: The tokens that the model reads first. At least one.
        sources: What guesses are taken from, the likeliest first.
        draft: With nothing written.
    """

    prompt: list[int]
    sources: Sequence[list[int]]
    draft: Draft

    def guesses(self, most: int) -> list[int]:
        """Return what follows the last tokens in the sources, at the first of the longest matches."""
        written = self.draft.tokens
        # Each step writes one token that was not guessed.
        most = min(most, self.draft.room - 1)
        if not written:
            return self.sources[0][:most]
        for size in range(min(_LONGEST_MATCH, len(written)), 0, -1):
            for source in self.sources:
                for end in range(size, len(source)):
                    if source[end - size : end] == written[-size:]:
                        return source[end : end + most]
        return []


class LookupDecoder:
    """Decodes rows together. Not safe for use by several threads at once."""

    def __init__(self, model: PreTrainedModel, opening: list[int], most_guesses: int) -> None:
        """Take a model, whose attention goes row by row from now on.

        Args:
            model: One of those that fit, see :func:`models.attention.fits`.
            opening: What prompts begin with; it is read once for all.
            most_guesses: How many tokens a row may guess at a time.
        """
        prepare(model)
        self._model, self._opening, self._most_guesses = model, opening, most_guesses

    def decode(self, rows: Sequence[Row]) -> None:
        """Let every row write until its draft is done."""
        steps = [self._first(row) for row in rows]
        while steps:
            parts = [step.part for step in steps]
            for step, scores in zip(steps, read(self._model, parts), strict=True):
                step.write(scores)
            steps = [self._next(step) for step in steps if step.row.draft.room]

    @cached_property
    def _opened(self) -> Memory:
        memory = Memory()
        if self._opening:
            read(self._model, [Part(memory, self._opening, 1)])
        return memory

    def _first(self, row: Row) -> _Step:
        known = len(common_start([self._opening, row.prompt[:-1]]))
        return _Step(row, self._opened.copy(known), row.prompt[known:], row.guesses(self._most_guesses))

    def _next(self, step: _Step) -> _Step:
        return _Step(step.row, step.memory, step.row.draft.tokens[-1:], step.row.guesses(self._most_guesses))


@dataclass(frozen=True, slots=True)
class _Step:
    """What is read of one row at once: tokens that are certain, and guesses after them."""

    row: Row
    memory: Memory
    certain: list[int]
    guesses: list[int]

    @property
    def part(self) -> Part:
        return Part(self.memory, self.certain + self.guesses, len(self.guesses) + 1)

    def write(self, scores: torch.Tensor) -> None:
        """Write up to the first guess that is wrong, with the right token in its place."""
        best = scores.argmax(dim=-1).tolist()
        self.memory.length += len(self.certain)
        for guess, own, token in zip((*self.guesses, None), scores, best, strict=True):
            if self.row.draft.write(own, token) != guess or not self.row.draft.room:
                return
            self.memory.length += 1
