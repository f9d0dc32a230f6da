from __future__ import annotations

import dataclasses
import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.domain import Article, Document, Overflow, RemovalReason, SummaryOptions
from service.language.classifier import trained
from service.stages.clean import clean
from tests.unit.service.fakes import TEXTS, articles

FIRE = "The fire broke out at the port on Monday evening, and twelve men were hurt."
PORT = "The mayor of the city said that the port would be closed for a week."
SHIP = "A ship that had been tied to the pier was lost in the fire, the police said."
CREW = "Crews from the city looked for the men who had been on the pier until the morning."
REJECT, TRUNCATE = SummaryOptions(), SummaryOptions(overflow=Overflow.TRUNCATE)


def cleaned(*lines: str, title: str = "") -> Document:
    return clean([Article("a", "\n".join(lines), title)], REJECT, 10_000)[0]


def kept(document: Document) -> list[str]:
    return [block.of(document.article.text) for block in document.blocks]


def removed(document: Document) -> list[tuple[str, RemovalReason]]:
    return [(item.span.of(document.article.text), item.reason) for item in document.removed]


def test_running_text_is_kept_and_furniture_leaves_with_its_reason() -> None:
    document = cleaned("By Anna Berg", FIRE, "© 2024 The Gazette", PORT)
    assert kept(document) == [FIRE, PORT]
    assert removed(document) == [
        ("By Anna Berg", RemovalReason.CREDIT),
        ("© 2024 The Gazette", RemovalReason.NOTICE),
    ]


def test_what_an_article_says_again_is_kept_once() -> None:
    document = cleaned(FIRE, PORT, FIRE.upper())
    assert kept(document) == [FIRE, PORT]
    assert removed(document) == [(FIRE.upper(), RemovalReason.DUPLICATE)]


def test_a_title_in_the_text_repeats_the_title_beside_it() -> None:
    document = cleaned("Fire closes the port", FIRE, title=" Fire Closes the Port ")
    assert document.title == "Fire Closes the Port"
    assert removed(document) == [("Fire closes the port", RemovalReason.DUPLICATE)]


def test_the_first_long_scrap_is_the_title_if_the_caller_gives_none() -> None:
    document = cleaned("Home", "News", "Fire closes  the port", FIRE)
    assert document.title == "Fire closes the port"
    assert removed(document)[-1] == ("Fire closes  the port", RemovalReason.HEADING)


def test_a_long_title_that_is_there_twice_is_a_title() -> None:
    title = "Fire closes the old port of the city for a week and hurts twelve men"
    document = cleaned(title, title, FIRE, PORT)
    assert (document.title, kept(document)) == (title, [FIRE, PORT])


def test_a_sentence_with_a_scrap_behind_it_is_no_title() -> None:
    assert kept(cleaned(f"{FIRE} Advertisement", PORT, SHIP))[0] == f"{FIRE} Advertisement"


def test_a_caption_that_is_there_twice_leaves_twice() -> None:
    assert kept(cleaned(FIRE, "The port at night", "The port at night", PORT)) == [FIRE, PORT]


def test_an_article_without_one_has_no_title() -> None:
    assert cleaned("Home", FIRE, "Fire closes the old port").title == ""
    assert cleaned("").title == ""


def test_a_list_after_its_heading_is_not_part_of_the_article() -> None:
    related = ["Read also:", "• The mayor said that he was well.", "A ship is lost"]
    document = cleaned(FIRE, PORT, SHIP, *related, f"{CREW} {PORT} {SHIP}")
    assert kept(document) == [FIRE, PORT, SHIP, f"{CREW} {PORT} {SHIP}"]
    assert removed(document)[1:] == [
        ("• The mayor said that he was well.", RemovalReason.RELATED),
        ("A ship is lost", RemovalReason.RELATED),
    ]


def test_a_list_in_the_article_is() -> None:
    assert (
        kept(cleaned(FIRE, "• The mayor said that he was well.", PORT))[1]
        == "• The mayor said that he was well."
    )


def test_comments_after_their_heading_leave() -> None:
    document = cleaned(FIRE, PORT, "2 Comments", "Great port", "- I was at the port as well.")
    assert [reason for _, reason in removed(document)] == [RemovalReason.COMMENTS] * 3


def test_a_scrap_above_running_text_is_a_heading_and_scraps_in_a_row_are_navigation() -> None:
    document = cleaned(FIRE, "The fire", PORT, "World", "Sports", "Travel")
    assert [reason for _, reason in removed(document)] == [RemovalReason.HEADING] + [
        RemovalReason.NAVIGATION
    ] * 3


def test_teasers_among_menus_are_about_something_else() -> None:
    teasers = [
        "The new theatre will open to the public in the spring, and tickets will be sold from ...",
        "A cat that was lost for a year has come home to the farm that it was born on, and ...",
    ]
    menu = ["World", "Sports", "• Travel", "Sign in", "Weather"] * 3
    document = cleaned(*menu, FIRE, PORT, SHIP, CREW, "Most read", *teasers, *menu)
    assert kept(document) == [FIRE, PORT, SHIP, CREW]
    reasons = dict(removed(document))
    assert {reasons[teaser] for teaser in teasers} == {RemovalReason.RELATED}


def test_an_article_without_furniture_loses_nothing() -> None:
    said = "“I was there,” he said."
    lines = [FIRE, PORT, said, SHIP, "Three men are missing:", "• Anna Berg, of Oslo", "• Bela Csonka", CREW]
    assert kept(cleaned(*lines)) == lines


@pytest.mark.parametrize("text", [f"{FIRE} {PORT} {SHIP} {CREW}", FIRE])
def test_one_line_is_an_article(text: str) -> None:
    (document,) = clean([Article("a", text)], REJECT, 10_000)
    assert kept(document) == [text]


@pytest.mark.parametrize("text", [".", "…", "?!", "— . —"])
def test_a_block_without_a_letter_or_a_digit_leaves_with_a_reason(text: str) -> None:
    (document,) = clean([Article("a", f"{FIRE}\n{text}\n{PORT}")], REJECT, 10_000)
    assert kept(document) == [FIRE, PORT]
    assert [span for span, _ in removed(document)] == [text]


def test_a_page_without_running_text_is_all_navigation() -> None:
    document = cleaned("Home", "News", "• World", "• Sports", "Travel:")
    assert kept(document) == []
    assert {reason for _, reason in removed(document)} == {RemovalReason.NAVIGATION}


def test_lines_of_a_fixed_width_are_cleaned_as_paragraphs() -> None:
    text = "\n\n".join(textwrap.fill(f"{line} {line}", 72) for line in (FIRE, PORT, SHIP))
    (document,) = clean([Article("a", f"{text}\n\n© 2024 The Gazette")], REJECT, 10_000)
    assert [block.count("\n") for block in kept(document)] == [2, 1, 2]
    assert removed(document) == [("© 2024 The Gazette", RemovalReason.NOTICE)]


def test_a_lead_stays_though_captions_follow() -> None:
    captions = [f"{line} (Anna Berg/The Gazette)" for line in (PORT, SHIP, CREW)]
    document = cleaned(FIRE, *captions, f"{SHIP} {CREW}", f"{PORT} {CREW}")
    assert kept(document)[0] == FIRE
    assert [text for text, reason in removed(document) if reason is RemovalReason.CREDIT] == captions


def test_lines_in_another_language_leave_for_their_language_even_in_a_list_of_links() -> None:
    german = "Der Brand brach gestern Abend im alten Hafen aus, sagte die Polizei heute früh."
    assert removed(cleaned(FIRE, PORT, "Read also:", german))[-1] == (german, RemovalReason.LANGUAGE)


def test_cleaning_takes_time_in_proportion_to_the_text() -> None:
    lines = "\n".join(f"word{number % 97}" for number in range(10_000))
    (document,) = clean([Article("a", lines)], REJECT, 100_000)
    assert len(document.blocks) + len(document.removed) == 10_000


def test_another_classifier_keeps_what_it_is_sure_of() -> None:
    nothing = dataclasses.replace(trained(), threshold=2.0)
    (document,) = clean([Article("a", f"Home\n{FIRE}\n{PORT}")], REJECT, 10_000, nothing)
    assert kept(document) == []
    assert dict(removed(document))[PORT] is RemovalReason.RELATED


def test_an_article_that_is_too_long_ends_after_a_whole_line_or_else_a_word() -> None:
    lines, words, letters = (
        clean([Article("a", text)], TRUNCATE, 100)[0]
        for text in (f"{FIRE}\n{PORT}\n{SHIP}", f"{FIRE} {PORT}", "x" * 300)
    )
    assert removed(lines) == [(f"{PORT}\n{SHIP}", RemovalReason.TRUNCATED)]
    assert removed(words)[-1] == (words.article.text[98:].strip(), RemovalReason.TRUNCATED)
    assert removed(letters)[-1] == ("x" * 200, RemovalReason.TRUNCATED)


def test_nothing_is_cut_unless_the_caller_asks_for_it() -> None:
    (document,) = clean([Article("a", f"{FIRE}\n{PORT}")], REJECT, 100)
    assert kept(document) == [FIRE, PORT]


def test_white_space_beyond_the_limit_is_nothing_to_report() -> None:
    (document,) = clean([Article("a", FIRE + "\n" * 100)], TRUNCATE, 100)
    assert not document.removed


@example(f"{FIRE}\n{PORT}\n\n{SHIP}", 120, Overflow.TRUNCATE)
@example("\n \nHome\n\0\u2028x" * 9, 3, Overflow.TRUNCATE)
@given(TEXTS, st.integers(1, 200), st.sampled_from(Overflow))
def test_kept_and_removed_cover_the_text_in_order_and_never_overlap(
    text: str, limit: int, overflow: Overflow
) -> None:
    (document,) = clean([Article("a", text)], SummaryOptions(overflow=overflow), limit)
    for spans in (list(document.blocks), [item.span for item in document.removed]):
        assert spans == sorted(spans)
    place = 0
    for span in sorted([*document.blocks, *(item.span for item in document.removed)]):
        assert span.start >= place
        assert not text[place : span.start].strip()
        place = span.end
    assert place <= len(text)
    assert not text[place:].strip()
    assert overflow is Overflow.REJECT or all(block.end <= limit for block in document.blocks)


@given(st.lists(TEXTS, max_size=3))
def test_every_article_is_one_document_and_stays_untouched(texts: list[str]) -> None:
    sent = articles(*texts)
    assert tuple(document.article for document in clean(sent, TRUNCATE, 10)) == sent


def test_tags_that_break_lines_leave_and_the_text_between_them_stays() -> None:
    (document,) = clean([Article("a", f"{FIRE}<br><br>{PORT}<br/>{SHIP}")], REJECT, 10_000)
    assert kept(document) == [FIRE, PORT, SHIP]
    assert {text for text, _ in removed(document)} == {"<br>", "<br/>"}
