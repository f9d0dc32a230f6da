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
        past: Tokens of each row that were there before, in the cache.
        outputs: Positions for which the output layer was asked; 0 for a model that has none.
        seconds: How long it took.
    """

    lengths: tuple[int, ...]
    padded: int
    past: int
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
        self._outputs = self._padded = self._past = 0
        self._lengths: tuple[int, ...] = ()
        self._start = 0.0

    def begin(self, _module: nn.Module, _args: object, given: dict[str, Any]) -> None:
        """Take down what goes in. Nothing is padded where something is in the cache: that is one row."""
        tokens = given["input_ids"]
        self._past = _cached(given)
        self._padded, self._outputs = tokens.numel(), 0
        mask = None if self._past else given.get("attention_mask")
        rows, columns = tokens.shape
        self._lengths = (columns,) * rows if mask is None else tuple(mask.sum(dim=1).tolist())
        self._start = time.perf_counter()

    def output(self, _module: nn.Module, given: tuple[Any, ...]) -> None:
        """Take down the positions for which words are scored."""
        self._outputs += given[0].shape[:-1].numel()

    def end(self, _module: nn.Module, _args: object, _result: object) -> None:
        """Put the entry down."""
        seconds = time.perf_counter() - self._start
        self._found.append(Pass(self._lengths, self._padded, self._past, self._outputs, seconds))


def _cached(given: dict[str, Any]) -> int:
    """Return how many tokens of a row are in the cache, whatever transformers calls it."""
    return max(
        (int(value.get_seq_length()) for value in given.values() if hasattr(value, "get_seq_length")),
        default=0,
    )
