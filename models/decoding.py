"""When to stop: a sentence has ended, its words are spent, or nobody waits any more."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from transformers import StoppingCriteria

from models.one_sentence import sentence_end

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from models.copying import Copying


def is_written(text: str, max_words: int) -> bool:
    """Tell whether a text holds a whole sentence, or more words than it may: then it is worth nothing."""
    return len(text.split()) > max_words or sentence_end(text.lstrip()) is not None


class Sentence:
    """One draft while it is written, token by token.

    Attributes:
        tokens: Those written.
        text: Their text.
        room: How many tokens may follow; 0 when it is done.
    """

    def __init__(self, rules: Copying, max_words: int, max_tokens: int, ends: Collection[int]) -> None:
        """Begin with nothing.

        Args:
            rules: What keeps it to the names and numbers of its sources.
            max_words: Most words; one more, and it is worth nothing.
            max_tokens: Most tokens.
            ends: Tokens after which nothing follows.
        """
        self._rules, self._max_words, self._ends = rules, max_words, ends
        self.tokens: list[int] = []
        self.text = ""
        self.room = max_tokens

    def write(self, scores: torch.Tensor, best: int) -> int:
        """Add the token of the highest score of those that may follow, and return it.

        Args:
            scores: Shape: ``(vocabulary,)``.
            best: The token of the highest score of all.
        """
        token = self._rules.choose(self.text, scores, best)
        self.tokens.append(token)
        self.text = self._rules.decode(self.tokens)
        is_done = token in self._ends or is_written(self.text, self._max_words)
        self.room = 0 if is_done else self.room - 1
        return token


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
        done = [is_written(text, self._max_words) for text in texts]
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
