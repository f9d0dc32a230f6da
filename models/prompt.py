"""Source sentences -> the tokens that a drafter reads.

Article text is data. It stands where the manifest's template says, one line a sentence, and nothing in it
can become a control token: not a turn of the chat, not an end of text, whatever an article holds.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

from models.errors import ManifestError
from models.manifest import SOURCES_PLACEHOLDER, TEXT_PLACEHOLDER, Architecture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerBase

    from models.manifest import Manifest, Prompt

# No text of this many characters a token is worth reading; a sentence of a megabyte is cut here first.
_MOST_CHARACTERS_A_TOKEN = 16


class Request(Protocol):
    """Sentences that state one claim, to be merged into one sentence."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The sentences, the representative first. At least one."""
        ...

    @property
    def max_words(self) -> int:
        """Most words that the draft may have."""
        ...


class PromptEncoder:
    """Fills the template of one manifest and cuts what does not fit, from the last source on."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, manifest: Manifest) -> None:
        """Check that the template leaves room.

        Raises:
            ManifestError: There is no prompt, no chat template, or no room for a source.
        """
        if manifest.prompt is None:
            message = f"manifest {manifest.name} has no prompt, so {manifest.id} cannot draft"
            raise ManifestError(message)
        self._tokenizer, self._prompt = tokenizer, manifest.prompt
        self._opening = opening_turns(manifest.prompt)
        self._chat = manifest.architecture is Architecture.CAUSAL
        self._max_tokens = manifest.limits.max_input_tokens
        if self._chat and not tokenizer.chat_template:
            message = f"model {manifest.id} has no chat template, so it cannot be a causal drafter"
            raise ManifestError(message)
        if len(self._fill([""])) >= self._max_tokens:
            message = f"manifest {manifest.name}: max_input_tokens leaves no room for a source"
            raise ManifestError(message)

    def encode(self, request: Request) -> list[int]:
        """Return the tokens of a request, at most ``max_input_tokens``.

        Trailing sources are left out until the rest fits; a single source that is still too long is cut.
        """
        lines = self._lines(request)
        for kept in range(len(lines), 0, -1):
            tokens = self._fill(lines[:kept])
            if len(tokens) <= self._max_tokens:
                return tokens
        return self._cut(lines[0])

    def opening(self) -> list[int]:
        """Return the tokens that prompts begin with, whatever their sources."""
        return common_start([self._fill([line]) for line in ("a", "Z", "1")])

    def sources(self, request: Request) -> list[list[int]]:
        """Return the tokens of each source as a draft would repeat it."""
        return [self._tokenizer(line, add_special_tokens=False)["input_ids"] for line in self._lines(request)]

    def _lines(self, request: Request) -> list[str]:
        most = self._max_tokens * _MOST_CHARACTERS_A_TOKEN
        return [escape(" ".join(source[:most].split()), self._tokenizer) for source in request.sources]

    def _cut(self, line: str) -> list[int]:
        """Return the tokens of the longest beginning of one source that fits."""
        tokens = self._fill([line])
        while len(tokens) > self._max_tokens:
            starts = [start for start, _ in _offsets(line, self._tokenizer)]
            excess = min(len(tokens) - self._max_tokens, len(starts))
            # What is cut may fall between the bytes of one character; at least one character always goes.
            line = line[: min(starts[-excess], len(line) - 1)]
            tokens = self._fill([line])
        return tokens

    def _fill(self, lines: list[str]) -> list[int]:
        user = user_turn(self._prompt, lines)
        if not self._chat:
            return list(self._tokenizer(user)["input_ids"])
        turns = [*self._opening, {"role": "user", "content": user}]
        text = self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])


def common_start(rows: Sequence[Sequence[int]]) -> list[int]:
    """Return the tokens with which all rows begin."""
    columns = takewhile(lambda tokens: len(set(tokens)) == 1, zip(*rows, strict=False))
    return [column[0] for column in columns]


def user_turn(prompt: Prompt, lines: Sequence[str]) -> str:
    """Return what is asked, with the sentences in their place."""
    sources = "\n".join(prompt.source_line.replace(TEXT_PLACEHOLDER, line) for line in lines)
    return prompt.user.replace(SOURCES_PLACEHOLDER, sources)


def opening_turns(prompt: Prompt) -> list[dict[str, str]]:
    """Return the turns before the question: the system's, and the worked example."""
    turns = [{"role": "system", "content": prompt.system}]
    if prompt.example:
        question = user_turn(prompt, prompt.example.sources)
        turns.append({"role": "user", "content": question})
        turns.append({"role": "assistant", "content": prompt.example.answer})
    return turns


def escape(text: str, tokenizer: PreTrainedTokenizerBase) -> str:
    """Break up everything in a text that the tokenizer would read as a control token.

    The characters of such a token are set apart by spaces, so that a reader still sees them. What the
    tokenizer still takes for one after that, such as a character that it does not know, becomes a space.
    """
    control = frozenset(tokenizer.all_special_ids) | frozenset(tokenizer.get_added_vocab().values())
    for apart in (True, False):
        text = _break_up(text, tokenizer, control, apart=apart)
    return text


def _break_up(text: str, tokenizer: PreTrainedTokenizerBase, control: frozenset[int], *, apart: bool) -> str:
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    if control.isdisjoint(tokens):
        return text
    pieces, done = [], 0
    for token, (start, end) in zip(tokens, _offsets(text, tokenizer), strict=True):
        if token in control:
            pieces += [text[done:start], " ".join(text[start:end]) if apart and end - start > 1 else " "]
            done = end
    return "".join(pieces) + text[done:]


def _offsets(text: str, tokenizer: PreTrainedTokenizerBase) -> list[tuple[int, int]]:
    """Return where each token stands in the text, in characters."""
    return list(tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"])
