"""Chat completions as OpenAI defined them: what is asked, and what is answered, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.endpoint.errors import NotWritten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST_NAME = 200
# No context is longer; what claims more is not believed.
_MOST_TOKENS = 10_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint wrote.

    Attributes:
        text: The text.
        writer: What wrote it, as the endpoint names it; empty if it does not.
        read_tokens: Tokens of the question; 0 if it does not tell.
        written_tokens: Tokens of the text; 0 if it does not tell.
    """

    text: str
    writer: str
    read_tokens: int
    written_tokens: int


def question(model: str, turns: Sequence[Mapping[str, str]], max_tokens: int) -> bytes:
    """Ask for one line, decoded greedily."""
    asked = {
        "model": model,
        "messages": list(turns),
        "temperature": 0,
        "max_tokens": max_tokens,
        "stop": ["\n"],
        "stream": False,
    }
    return json.dumps(asked).encode()


def answer(content: bytes) -> Answer:
    """Read an answer. Raises NotWritten if it has no text, or is none."""
    try:
        told = json.loads(content)
        choice = told["choices"][0]
        text, reason = choice["message"]["content"], choice.get("finish_reason")
        json.dumps(text, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        message = "the drafter's endpoint answered with something else than a chat completion"
        raise NotWritten(message) from None
    if reason == "content_filter":
        message = "a filter of the drafter's endpoint withheld the draft"
        raise NotWritten(message)
    if not isinstance(text, str) or not text.strip():
        message = "the drafter's endpoint answered without a text"
        raise NotWritten(message)
    return Answer(text, _writer(told), _tokens(told, "prompt_tokens"), _tokens(told, "completion_tokens"))


def _writer(told: dict[str, Any]) -> str:
    """Return the name of the model, and the fingerprint of what runs it if there is one."""
    name, fingerprint = (_name(told.get(key)) for key in ("model", "system_fingerprint"))
    return f"{name} ({fingerprint})" if name and fingerprint else name


def _name(told: object) -> str:
    if not isinstance(told, str):
        return ""
    return "".join(character for character in told[:_LONGEST_NAME] if character.isprintable()).strip()


def _tokens(told: dict[str, Any], key: str) -> int:
    usage = told.get("usage")
    count = usage.get(key) if isinstance(usage, dict) else 0
    return min(max(0, count), _MOST_TOKENS) if isinstance(count, int) else 0
