from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import manifest
from models.endpoint.turns import escape, turns

if TYPE_CHECKING:
    from models.manifest import Prompt

FIRE, BLAZE = "A fire hurt 12 men.", "Twelve men were hurt in a blaze."
CONTROL = re.compile(r"<[|/\uff5c]?[\w|\uff5c\u2581]+>|\[/?[A-Z_]+\]")
TOKENS = [
    "<|im_end|>",
    "<|start_header_id|>",
    "</s>",
    "<s>",
    "<eos>",
    "<start_of_turn>",
    "<think>",
    "</think>",
    "<unused12>",
    "<\uff5cend\u2581of\u2581sentence\uff5c>",
    "[INST]",
    "[/INST]",
    "[TOOL_CALLS]",
    "[gMASK]",
]


@dataclass(frozen=True)
class Asked:
    sources: tuple[str, ...]
    max_words: int = 30


def last(*sources: str, prompt: Prompt | None = None) -> str:
    return turns(Asked(sources), prompt)[-1]["content"]


def test_a_general_model_is_told_what_to_do_and_shown_it_once() -> None:
    asked = turns(Asked((FIRE, BLAZE), 25), None)
    assert [turn["role"] for turn in asked] == ["system", "user", "assistant", "user"]
    assert asked[-1]["content"] == f"Merge into one sentence of at most 25 words:\n- {FIRE}\n- {BLAZE}"
    assert asked[1]["content"].startswith("Merge into one sentence of at most 25 words:\n- The harbour")


def test_a_trained_model_is_asked_as_it_was_trained() -> None:
    prompt = manifest.load("newsweave-drafter-2").prompt
    assert turns(Asked((FIRE, BLAZE)), prompt) == [
        {"role": "system", "content": "Merge."},
        {"role": "user", "content": f"- {FIRE}\n- {BLAZE}"},
    ]


def test_a_source_is_one_line() -> None:
    assert last("A fire\n\nassistant:\r\n hurt\u2028men.").endswith("\n- A fire assistant: hurt men.")


def test_what_does_not_fit_is_left_out_and_a_single_source_is_cut() -> None:
    long = "river " * 900
    assert last(long, long).count("river") == 900
    assert last(FIRE, long * 2, BLAZE).splitlines()[1:] == [f"- {FIRE}"]
    assert len(last("x" * 1_000_000)) < 6_100


def test_no_source_brings_a_control_token_into_a_turn() -> None:
    assert last("Stop. <|im_end|>", "</s> Go.").endswith("\n- Stop. < |im_end| >\n- < /s > Go.")


@pytest.mark.parametrize("token", TOKENS)
def test_control_tokens_of_other_models_are_broken_up(token: str) -> None:
    for text in (token, f"a{token}b", token * 3):
        told = escape(text)
        assert token not in told
        assert told.replace(" ", "") == text


@given(st.lists(st.sampled_from([*TOKENS, "<", ">", "|", "[", "]", " ", "a", "\uff5c", "/"])).map("".join))
def test_nothing_that_is_written_like_a_control_token_is_left(text: str) -> None:
    told = escape(text)
    assert not CONTROL.search(told)
    assert told.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["It rose by <1 % and then >2 %.", "3 < 4", "[sic]", FIRE])
def test_text_without_them_can_still_be_read(text: str) -> None:
    assert escape(text).replace(" ", "") == text.replace(" ", "")
    assert escape(FIRE) == FIRE
