"""While a model writes, names and numbers can only be those of its sources.

A small model puts words of its own where it should copy: another name, another year. What begins with a
capital or a digit, the first word of a sentence aside, is kept to the words of the sources; everything else
stays free.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch
from transformers import LogitsProcessor

from models.specifics import WORD, is_specific, specifics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transformers import PreTrainedTokenizerBase

_LAST_WORD = re.compile(r"[^\W_]*$")
# A token that holds only some of the bytes of a character is shown as this.
_FRAGMENT = "\ufffd"


class Vocabulary:
    """What each token of a tokenizer adds to a text."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Decode every token once, after another one, since the first of a text may lose its space."""
        (anchor,) = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
        size = len(tokenizer)
        before = len(tokenizer.decode([anchor]))
        texts = tokenizer.batch_decode([[anchor, token] for token in range(size)])
        special = set(tokenizer.all_special_ids)
        self._tokenizer = tokenizer
        self._texts = ["" if token in special else text[before:] for token, text in enumerate(texts)]
        self._by_text: dict[str, list[int]] = {}
        for token, text in enumerate(self._texts):
            self._by_text.setdefault(text, []).append(token)
        words = [text.lstrip() for text in self._texts]
        spaced = [text != word for text, word in zip(self._texts, words, strict=True)]
        specific = [is_specific(word) for word in words]
        self._continuing = [
            bool(WORD.match(word)) and not space for word, space in zip(words, spaced, strict=True)
        ]
        # Tokens that go on with a word, that begin a specific one after a space, and that do so without one.
        self.goes_on = torch.tensor(self._continuing)
        self.begins_spaced = torch.tensor([a and b for a, b in zip(specific, spaced, strict=True)])
        self.begins_bare = torch.tensor([a and not b for a, b in zip(specific, spaced, strict=True)])
        self.fragments = torch.tensor([_FRAGMENT in text for text in self._texts])

    def decode(self, tokens: list[int]) -> str:
        """Return the text of some tokens."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def beginnings(self, word: str, before: str = "") -> Iterator[int]:
        """Yield the tokens that are the beginning of a word, with what stands ``before`` it in the token."""
        for length in range(1, len(word) + 1):
            yield from self._by_text.get(before + word[:length], ())


class Copying(LogitsProcessor):
    """Keeps one row to the names and numbers of its sources."""

    def __init__(self, vocabulary: Vocabulary, sources: Iterable[str], start: int = 0) -> None:
        """Collect the words of the sources.

        Args:
            vocabulary: Of the tokenizer.
            sources: The sentences.
            start: Tokens in the row before the first new one.
        """
        self._vocabulary, self._start = vocabulary, start
        self._words = specifics(sources)
        self._masks: dict[str, torch.Tensor] = {}
        self._between = vocabulary.begins_spaced & ~self._allowed(" ")
        self._after_mark = self._between | (vocabulary.begins_bare & ~self._allowed(""))

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Forbid what would be a name or number of no source.

        Args:
            input_ids: One row. Shape: ``(1, tokens)``.
            scores: Shape: ``(1, vocabulary)``.
        """
        forbidden = self._forbidden(self.decode(input_ids[0, self._start :].tolist()))
        return scores if forbidden is None else _without(forbidden, scores)

    def decode(self, tokens: list[int]) -> str:
        """Return the text of some tokens."""
        return self._vocabulary.decode(tokens)

    def choose(self, text: str, scores: torch.Tensor, best: int) -> int:
        """Return the token that follows a text: the one of the highest score that is not forbidden.

        Args:
            text: What was written.
            scores: Shape: ``(vocabulary,)``.
            best: The token of the highest score of all.
        """
        forbidden = self._forbidden(text)
        if forbidden is None or best >= len(forbidden) or not forbidden[best]:
            return best
        return int(_without(forbidden, scores).argmax())

    def _forbidden(self, text: str) -> torch.Tensor | None:
        """Return the tokens that must not follow a text, or None if all may."""
        text = text.lstrip()
        if not text or text.endswith(_FRAGMENT):
            return None
        found = _LAST_WORD.search(text)
        word = found[0] if found else ""
        if not word:
            return self._after_mark
        # The first word has a capital in any case.
        return self._within(word) if is_specific(word) and word != text else self._between

    def _within(self, begun: str) -> torch.Tensor:
        """Return what must not follow the beginning of a name or number."""
        if begun not in self._masks:
            self._masks[begun] = self._make_mask(begun)
        return self._masks[begun]

    def _make_mask(self, begun: str) -> torch.Tensor:
        vocabulary = self._vocabulary
        rest = [word[len(begun) :] for word in self._words if word.startswith(begun)]
        if not rest:  # only guessed, not written: whatever follows will be thrown away
            return torch.zeros_like(self._between)
        mask = vocabulary.goes_on | self._between if "" in rest else ~vocabulary.fragments
        mask = mask.clone()
        mask[[token for word in rest for token in vocabulary.beginnings(word)]] = False
        return mask

    def _allowed(self, before: str) -> torch.Tensor:
        mask = torch.zeros_like(self._vocabulary.begins_spaced)
        mask[[token for word in self._words for token in self._vocabulary.beginnings(word, before)]] = True
        return mask


def _without(forbidden: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """Return scores with those of forbidden tokens at their lowest; a model may have room for more tokens."""
    width = scores.shape[-1]
    row = torch.zeros(width, dtype=torch.bool)
    row[: min(width, len(forbidden))] = forbidden[:width]
    return scores.masked_fill(row.to(scores.device), -torch.inf)
