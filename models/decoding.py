"""When to stop: a sentence has ended, its words are spent, or nobody waits any more."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from transformers import StoppingCriteria

from models.one_sentence import sentence_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class SentenceWritten(StoppingCriteria):
    """Stops a row at the end of its sentence, or when its words are spent."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, start: int, max_words: int) -> None:
        """Keep where the row begins and how long it may be.

        Args:
            tokenizer: Of the model.
            start: Tokens in the row before the first new one.
            max_words: Most words; one more, and the row is worth nothing.
        """
        self._tokenizer, self._start, self._max_words = tokenizer, start, max_words

    def __call__(self, input_ids: torch.Tensor, _scores: object, **_options: object) -> torch.Tensor:
        """Tell which rows are done. Shape: ``(rows,)``."""
        texts = self._tokenizer.batch_decode(input_ids[:, self._start :], skip_special_tokens=True)
        done = [
            len(text.split()) > self._max_words or sentence_end(text.lstrip()) is not None for text in texts
        ]
        return torch.tensor(done, device=input_ids.device)


@contextmanager
def interruptible(model: PreTrainedModel, check: Callable[[], None]) -> Iterator[None]:
    """Call ``check`` before every layer of every step; what it raises ends the work at that layer.

    A decoding step is short, but reading the prompts is one step of seconds, so that once a step would not
    be often enough.
    """
    lists = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList)]
    hooks = [layer.register_forward_pre_hook(lambda *_: check()) for layers in lists for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
