"""Counts what goes through a transformer: one entry a forward pass, by hooks on its torch modules."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Pass:
    """One forward pass.

    Attributes:
        lengths: Tokens of each row, without padding.
        padded: Tokens of all rows with padding, which is what is computed.
        past: Tokens that were read before, of each row.
        outputs: Positions for which the output layer was asked; 0 for a model that has none.
        seconds: How long it took.
    """

    lengths: tuple[int, ...]
    padded: int
    past: tuple[int, ...]
    outputs: int
    seconds: float

    @property
    def tokens(self) -> int:
        """Tokens of all rows, without padding."""
        return sum(self.lengths)


def module_of(model: object) -> nn.Module:
    """Return the torch module that an encoder or a drafter holds."""
    (found,) = (value for value in vars(model).values() if isinstance(value, nn.Module))
    return found


@contextmanager
def counted(module: Any) -> Iterator[list[Pass]]:  # noqa: ANN401 - any model of transformers
    """Count the forward passes of a model while in the context."""
    found: list[Pass] = []
    counter = _Counter(found)
    output = module.get_output_embeddings()
    with ExitStack() as hooks:
        hooks.callback(module.register_forward_pre_hook(counter.begin, with_kwargs=True).remove)
        hooks.callback(module.register_forward_hook(counter.end).remove)
        if output is not None:
            hooks.callback(output.register_forward_pre_hook(counter.output).remove)
        yield found


class _Counter:
    def __init__(self, found: list[Pass]) -> None:
        self._found = found
        self._outputs = self._padded = 0
        self._lengths: tuple[int, ...] = ()
        self._past: tuple[int, ...] = ()
        self._start = 0.0

    def begin(self, _module: nn.Module, _args: object, given: dict[str, Any]) -> None:
        """Take down what goes in: rows one after another in one sequence, or padded ones side by side."""
        self._padded, self._outputs = given["input_ids"].numel(), 0
        if parts := given.get("parts"):
            self._lengths = tuple(len(part.tokens) for part in parts)
            self._past = tuple(part.positions.start for part in parts)
        else:
            self._lengths = _lengths(given)
            self._past = (_cached(given),) * len(self._lengths)
        self._start = time.perf_counter()

    def output(self, _module: nn.Module, given: tuple[Any, ...]) -> None:
        """Take down the positions for which words are scored."""
        self._outputs += given[0].shape[:-1].numel()

    def end(self, _module: nn.Module, _args: object, _result: object) -> None:
        """Put the entry down."""
        seconds = time.perf_counter() - self._start
        self._found.append(Pass(self._lengths, self._padded, self._past, self._outputs, seconds))


def _lengths(given: dict[str, Any]) -> tuple[int, ...]:
    """Return the tokens of each row. Nothing is padded where something is in the cache: that is one row."""
    rows, columns = given["input_ids"].shape
    mask = None if _cached(given) else given.get("attention_mask")
    return (columns,) * rows if mask is None else tuple(mask.sum(dim=1).tolist())


def _cached(given: dict[str, Any]) -> int:
    """Return how many tokens of a row are in the cache, whatever transformers calls it."""
    return max(
        (int(value.get_seq_length()) for value in given.values() if hasattr(value, "get_seq_length")),
        default=0,
    )
