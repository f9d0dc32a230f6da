from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given

from service.domain import Article, Document, Span
from service.stages.split import sentence_spans, split, split_plain
from tests.unit.service.fakes import TEXTS

# The marks of a list that hold a letter or digit.
MARK = re.compile(r"(?:^|(?<=[\W_]))(?:\d{1,3}[.)]|[a-z]\))\s+")
CASES = {
    "quotations": ["“Stop!” he said.", "He went on: “We will stop.”", "“Who?” she asked.", "Nobody knew."],
    "single quotes": ["‘We will stop.’", "He left."],
    "two sentences in one quotation": [
        "“We won. We did,” he said.",
        '"We won. We did," he said.',
        "“We won.",
        "We did.”",
    ],
    "titles": ["Dr. Berg met Mr. Csonka and Gen. Moss.", "They spoke."],
    "ranks": ["Adm. Berg called Det. Csonka.", "They spoke."],
    "companies": ["Port Inc. sank.", "It was late."],
    "initials": ["J. K. Rowling and George W. Bush met.", "They spoke."],
    "decimals": ["It rose 3.5 percent to 1.2 million.", "It fell."],
    "a country": ["The U.S. Navy sent ships.", "It left the U.S.", "The ships left too."],
    "a time": ["He left at 5 p.m. on Monday.", "She left at 6 a.m.", "The port was closed."],
    "an ellipsis": ["He waited … and left.", "He came back…", "She stayed."],
    "marks in a row": ["Really?!", "Yes."],
    "brackets": ["(The port is closed.)", "The mayor left."],
    "no space": ["The port is closed.", "The mayor left in 2024.", "Nobody knew."],
    "a dateline": ["OSLO, Nor. -- A fire broke out.", "It spread."],
    "months": ["It began on Jan. 5 and ended on Feb. 6.", "It was cold."],
    "numbers": ["It is No. 5 of vol. 2.", "It sold."],
    "other scripts": ["港口关闭了。", "市长离开了。"],
}
NO_GAP = {"no space", "other scripts"}


def texts(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text, Span(0, len(text)))] if text else []


@pytest.mark.parametrize("name", CASES)
def test_sentences_end_where_a_reader_ends_them(name: str) -> None:
    assert texts(("" if name in NO_GAP else " ").join(CASES[name])) == CASES[name]


@pytest.mark.parametrize(
    "text",
    ["• The port is closed.", "– The port is closed.", "12. The port is closed.", "(3) The port is closed."],
)
def test_the_mark_of_a_list_is_left_out(text: str) -> None:
    assert texts(f"  {text} The mayor left.") == ["The port is closed.", "The mayor left."]


def test_what_holds_no_letter_and_no_digit_is_no_sentence() -> None:
    assert texts("… — !? The port. ***") == ["The port."]
    assert texts("   ") == []


def test_sentences_know_their_article_their_place_and_their_neighbour() -> None:
    text = "One is here. Two is here.\nThree is here."
    first = Document(Article("a", text), (Span(0, 25), Span(26, 40)), (), "")
    second = Document(Article("b", "Four is here."), (Span(0, 13),), (), "")
    sentences = split([first, second])
    assert [(sentence.source, sentence.position) for sentence in sentences] == [
        (0, 0),
        (0, 0.5),
        (0, 1),
        (1, 0),
    ]
    assert [sentence.previous for sentence in sentences] == ["", "One is here.", "", ""]


def is_lost(text: str) -> bool:
    return any(map(str.isalnum, MARK.sub("", text)))


@example("He said: “Stop.” U.S. Dr. No. 5\n• 1. 2) a) x.Yes 3.5 St.The")
@example("1) 2) 3) a. b. c.\n1. . The port\n1. .")
@given(TEXTS)
def test_sentences_are_exact_in_order_inside_their_block_and_lose_nothing(text: str) -> None:
    blocks = tuple(Span(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text))
    sentences = split([Document(Article("a", text), blocks, (), "")])
    for sentence in sentences:
        assert sentence.text == sentence.span.of(text) == sentence.text.strip()
        assert 0 <= sentence.position <= 1
    remaining = list(sentences)
    for block in blocks:
        place = block.start
        while remaining and remaining[0].span.start < block.end:
            span = remaining.pop(0).span
            assert place <= span.start < span.end <= block.end
            assert not is_lost(text[place : span.start])
            place = span.end
        assert not is_lost(text[place : block.end])
    assert not remaining


def test_a_line_with_no_end_is_split_as_well() -> None:
    assert texts("The port is closed. " * 5_000) == ["The port is closed."] * 5_000
    assert texts("B. " * 5_000) == [("B. " * 5_000).strip()]


def test_plain_texts_are_split_at_their_lines() -> None:
    found = split_plain(["  One came. Two left.  \n \t\n\nThree stayed", "", "Four"])
    assert [(item.source, item.text) for item in found] == [
        (0, "One came."),
        (0, "Two left."),
        (0, "Three stayed"),
        (2, "Four"),
    ]


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\n", " \n"])
def test_blanks_are_passed_over_at_once(blank: str) -> None:
    begun = time.monotonic()
    assert split_plain([blank * 200_000]) == ()
    # Minutes, if every blank were looked at once for every one before it.
    assert time.monotonic() - begun < 10
