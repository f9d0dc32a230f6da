from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from service.render.safe import printable


def test_lines_and_runs_of_space_become_one_space() -> None:
    assert printable(" one\r\n\ttwo\u00a0 three ") == "one two three"


def test_terminal_sequences_and_direction_characters_are_made_visible() -> None:
    assert printable("a\x1b[2Jb\u202ec\x07") == "a�[2Jb�c�"


def test_other_scripts_and_emoji_stay() -> None:
    assert printable("Їжак 🦔 “ok” é") == "Їжак 🦔 “ok” é"


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    assert not {unicodedata.category(character) for character in printable(text)} & {"Cc", "Cs"}
