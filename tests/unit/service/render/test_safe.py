from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from service.render.safe import harmless, printable


def test_lines_and_runs_of_space_become_one_space() -> None:
    assert printable(" one\r\n\ttwo\u00a0 three ") == "one two three"


def test_terminal_sequences_and_direction_characters_are_made_visible() -> None:
    assert printable("a\x1b[2Jb\u202ec\x07") == "a�[2Jb�c�"


def test_other_scripts_and_emoji_stay() -> None:
    assert printable("Їжак 🦔 “ok” é") == "Їжак 🦔 “ok” é"


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    assert not {unicodedata.category(character) for character in printable(text)} & {"Cc", "Cs"}


def test_lines_stay_and_rare_breaks_become_lines() -> None:
    assert harmless("a\r\nb\u2028c\rd\x0b\te\x85f") == "a \nb\nc\nd\n\te\nf"


@given(st.text())
def test_harmless_text_is_as_long_and_holds_nothing_that_steers(text: str) -> None:
    made = harmless(text)
    assert len(made) == len(text)
    assert len(made.encode("utf-16-le")) == len(text.encode("utf-16-le"))
    steering = {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.category(one) for one in made if one not in "\n\t"} & steering
    assert not set(made) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
