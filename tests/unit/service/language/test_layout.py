from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from service.language.layout import blocks

WRAPPED = (
    "The fire broke out at the port on Monday evening, officials\n"
    "said, and spread to four boats before crews from the city\n"
    "could put it out.\n"
)
LINES = st.lists(
    st.sampled_from(
        ["\n", "\r\n", "\u2028", "\x0b", " ", "\t", "• ", "12. ", "A line.", "x" * 60, "and so on " * 7, "Bz"]
    )
).map("".join)


def texts(text: str) -> list[str]:
    return [block.text for block in blocks(text, len(text))]


def test_every_line_is_a_block() -> None:
    assert texts("One.\n  Two. \r\nThree.\n\n\nFour.\u2028Five.") == [
        "One.",
        "Two.",
        "Three.",
        "Four.",
        "Five.",
    ]


def test_lines_broken_at_a_width_are_one_paragraph() -> None:
    assert texts(WRAPPED) == [WRAPPED.strip()]
    assert texts(f"{WRAPPED}\n{WRAPPED}") == [WRAPPED.strip()] * 2


def test_what_follows_a_full_stop_at_the_end_of_a_line_is_another_block() -> None:
    assert texts(f"{WRAPPED}A second fire.\nA third.") == [WRAPPED.strip(), "A second fire.", "A third."]


def test_lines_of_a_width_that_all_begin_anew_are_not_joined() -> None:
    headlines = ["Fire at the port hurts a dozen men and sinks four old boats"] * 3
    assert texts("\n".join(headlines)) == headlines


def test_a_list_is_not_joined_to_the_line_above() -> None:
    above, below = WRAPPED.splitlines()[:2]
    assert texts(f"{above}\n{below}\n• said the mayor of the city") == [
        f"{above}\n{below}",
        "• said the mayor of the city",
    ]


def test_nothing_is_read_beyond_the_end() -> None:
    assert [block.text for block in blocks("One two.\nThree.", 3)] == ["One"]


@example(WRAPPED * 3, 100)
@given(st.one_of(st.text(), LINES), st.integers(0, 400))
def test_blocks_cover_all_but_white_space_in_order(text: str, limit: int) -> None:
    end = min(limit, len(text))
    place = 0
    for block in blocks(text, end):
        assert block.text == block.span.of(text) == block.text.strip()
        assert not text[place : block.span.start].strip()
        place = block.span.end
    assert place <= end
    assert not text[place:end].strip()


def test_a_tag_that_breaks_lines_is_a_block_of_its_own() -> None:
    assert texts("One.<br><br>Two, a < b.<BR />Three") == [
        "One.",
        "<br>",
        "<br>",
        "Two, a < b.",
        "<BR />",
        "Three",
    ]
