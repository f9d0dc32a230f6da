from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.endpoint.chat import Answer, answer, question
from models.endpoint.errors import NotWritten

WELL: dict[str, Any] = {
    "model": "big",
    "system_fingerprint": None,
    "choices": [{"message": {"content": "A fire."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 3},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "finish_reason", "model", "usage"]), inner
        )
    ),
)


def read(**changed: object) -> Answer:
    return answer(json.dumps(WELL | changed).encode())


def test_one_line_is_asked_for_and_nothing_is_left_to_chance() -> None:
    asked = json.loads(question("big", [{"role": "user", "content": "ü"}], 40))
    assert asked == {
        "model": "big",
        "messages": [{"role": "user", "content": "ü"}],
        "temperature": 0,
        "max_tokens": 40,
        "stop": ["\n"],
        "stream": False,
    }


def test_an_answer_tells_its_text_its_writer_and_its_tokens() -> None:
    assert read() == Answer("A fire.", "big", 7, 3)
    assert read(system_fingerprint="fp_1").writer == "big (fp_1)"
    assert read(model=None, system_fingerprint="fp_1").writer == ""
    assert read(model="a\nb\x1b[0m" + "c" * 500).writer == "ab[0m" + "c" * 193


@pytest.mark.parametrize("usage", [None, [], {}, {"prompt_tokens": "7"}, {"prompt_tokens": -7}])
def test_tokens_that_are_not_told_count_none(usage: object) -> None:
    assert (read(usage=usage).read_tokens, read(usage=usage).written_tokens) == (0, 0)


def choice(content: object, reason: str = "stop") -> list[object]:
    return [{"message": {"content": content}, "finish_reason": reason}]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"choices": []}, "something else than a chat completion"),
        ({"choices": None}, "something else than a chat completion"),
        ({"choices": [{"text": "A fire."}]}, "something else than a chat completion"),
        ({"choices": choice("Half a \ud83d character.")}, "something else than a chat completion"),
        ({"choices": choice(None)}, "without a text"),
        ({"choices": choice(" \n")}, "without a text"),
        ({"choices": choice([{"type": "text", "text": "A fire."}])}, "without a text"),
        ({"choices": choice("A fire.", "content_filter")}, "filter"),
    ],
)
def test_an_answer_without_a_text_is_told(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(NotWritten, match=fault):
        read(**changed)


def test_more_tokens_than_there_can_be_are_not_believed() -> None:
    told = read(choices=choice("A fire."), usage={"prompt_tokens": 10**30, "completion_tokens": -3})
    assert (told.read_tokens, told.written_tokens) == (10_000_000, 0)


def test_a_text_that_was_cut_is_left_to_the_checks() -> None:
    assert read(choices=choice("A fire in", "length")).text == "A fire in"


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff", b"[" * 200_000, b'{"choices": 1e999}'])
def test_what_is_no_json_is_told(content: bytes) -> None:
    with pytest.raises(NotWritten):
        answer(content)


@given(JSON)
def test_whatever_is_answered_is_read_or_told(content: object) -> None:
    try:
        assert answer(json.dumps(content).encode()).text.strip()
    except NotWritten as fault:
        assert "endpoint" in str(fault)  # noqa: PT017  either way is well
