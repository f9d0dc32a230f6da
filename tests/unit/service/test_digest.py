from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.digest import find_stories, invalid
from service.domain import (
    Article,
    Background,
    Grouping,
    Pile,
    SummaryOptions,
    Unassigned,
    UnassignedReason,
)
from service.errors import Cancelled, Violation
from service.rpc.article_rules import own_violations
from service.settings import Settings
from tests.unit.service.fakes import WordEncoder, models
from tests.unit.service.fire import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Vectors

FIRE = "Fire destroyed Oslo harbour warehouse Monday, firemen said. Oslo harbour warehouse stored fireworks."
BLAZE = "Oslo harbour warehouse fire hurt firemen Monday. Fireworks exploded, Oslo police reported."
VOTE = "Parliament passed pension reform Tuesday, ministers said. Pension reform raises retirement age."
BALLOT = "Pension reform passed parliament Tuesday narrowly. Retirement age rises, unions protested."
STORM = "Hurricane Zelda flooded coastal villages Friday, rescuers said. Hundreds left drowned homes."
NOTHING = "Home\nNews\nSports\nSign up for our newsletter\nAll rights reserved."
DEEP = "<html><body>" + "<div>" * 400 + FIRE


@dataclass
class Counting(WordEncoder):
    """Notes what it embeds."""

    texts: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().encode(texts)


def pile(*texts: str, **more: object) -> Pile:
    told = tuple(Article(f"a{index}", text) for index, text in enumerate(texts))
    return Pile(told, **more)  # type: ignore[arg-type]


def found(asked: Pile, settings: Settings | None = None) -> Grouping:
    return find_stories(asked, models(), settings or Settings())


def test_the_most_covered_story_comes_first_and_equals_come_in_the_order_of_the_request() -> None:
    assert found(pile(STORM, VOTE, FIRE, BLAZE)).stories == ((2, 3), (0,), (1,))
    assert found(pile(VOTE, FIRE, BLAZE, BALLOT)).stories == ((0, 3), (1, 2))


def test_copies_cover_a_story_once() -> None:
    copied = pile(FIRE, FIRE, FIRE, VOTE, BALLOT)
    assert found(copied).stories == ((3, 4), (0, 1, 2))


def test_articles_of_one_publisher_cover_a_story_once() -> None:
    told = pile(FIRE, BLAZE, VOTE, BALLOT)
    one = [replace(article, publisher="Oslo Post") for article in told.articles[:2]]
    assert found(replace(told, articles=(*one, *told.articles[2:]))).stories == ((2, 3), (0, 1))


@given(st.permutations(range(5)))
def test_stories_do_not_depend_on_the_order_of_the_articles(order: list[int]) -> None:
    texts = [FIRE, BLAZE, VOTE, BALLOT, STORM]
    stories = found(pile(*(texts[index] for index in order))).stories
    assert {frozenset(order[index] for index in members) for members in stories} == {
        frozenset({0, 1}),
        frozenset({2, 3}),
        frozenset({4}),
    }


def test_an_article_of_which_nothing_is_left_is_in_no_story() -> None:
    grouping = found(pile(FIRE, NOTHING))
    assert grouping.stories == ((0,),)
    assert grouping.unassigned[1].reason is UnassignedReason.NO_CONTENT


def test_a_page_that_cannot_be_read_is_in_no_story_and_spoils_no_other() -> None:
    asked = pile(FIRE, "", BLAZE)
    broken = replace(asked.articles[1], html=DEEP)
    grouping = found(replace(asked, articles=(asked.articles[0], broken, asked.articles[2])))
    assert grouping.stories == ((0, 2),)
    told = grouping.unassigned[1]
    assert (told.reason, told.rule) == (UnassignedReason.INVALID, "HTML_TOO_COMPLEX")
    assert told.message.startswith("html ")


def test_the_text_of_a_page_is_grouped_with_the_texts_of_others() -> None:
    asked = pile(FIRE, "")
    page = replace(asked.articles[1], html=f"<html><body><article><p>{BLAZE}</p></article></body></html>")
    assert found(replace(asked, articles=(asked.articles[0], page))).stories == ((0, 1),)


def test_an_article_that_is_told_as_invalid_is_not_looked_at() -> None:
    bad = Unassigned(UnassignedReason.INVALID, "text is empty", "EMPTY_TEXT")
    grouping = found(pile(FIRE, "", VOTE, invalid={1: bad}))
    assert (grouping.stories, grouping.unassigned) == (((0,), (2,)), {1: bad})


def test_small_stories_and_stories_beyond_the_limit_are_told_as_unassigned() -> None:
    texts = [FIRE, BLAZE, VOTE, BALLOT, STORM]
    least = found(pile(*texts, min_articles=2, max_stories=1))
    assert least.stories == ((0, 1),)
    assert {index: why.reason.name for index, why in least.unassigned.items()} == {
        2: "MAX_STORIES",
        3: "MAX_STORIES",
        4: "MIN_ARTICLES",
    }
    assert list(least.unassigned) == [2, 3, 4]


def test_each_distinct_opening_is_embedded_once_and_in_an_order_of_its_own() -> None:
    seen = []
    for texts in ((FIRE, VOTE, FIRE), (VOTE, FIRE, FIRE)):
        encoder = Counting()
        find_stories(pile(*texts), replace(models(), encoder=encoder), Settings())
        seen.append(encoder.texts)
    assert len(seen[0]) == 2
    assert seen[0] == seen[1]


def test_a_pile_of_which_nothing_is_left_has_no_stories() -> None:
    assert found(pile(NOTHING)).stories == ()


def test_nobody_waits_any_more() -> None:
    def left() -> None:
        message = "the caller left"
        raise Cancelled(message)

    with pytest.raises(Cancelled):
        find_stories(pile(FIRE), models(check=left), Settings())


def test_rules_are_told_with_their_fields_and_without_the_place_in_the_request() -> None:
    told = invalid(
        [
            Violation("articles[3].text", "EMPTY_TEXT", "has nothing"),
            Violation("articles[3]", "X", "something"),
        ]
    )
    assert told == Unassigned(UnassignedReason.INVALID, "text has nothing; something", "EMPTY_TEXT")


@pytest.mark.parametrize("text", ["Goal!", "Yes.", "He did it again, and they said that it was theirs."])
def test_articles_of_which_nothing_can_be_told_are_in_no_story(text: str) -> None:
    grouping = found(pile(FIRE, text, min_articles=1))
    assert grouping.stories == ((0,),)
    about = "none of its sentences can be told by itself"
    assert grouping.unassigned == {1: Unassigned(UnassignedReason.NO_CONTENT, about)}
    (job,) = pile(FIRE, text).jobs(grouping)
    assert run(job, models())[-1].sentences  # type: ignore[union-attr]


def test_what_the_rules_say_is_told_once() -> None:
    about = "the text has nothing that can be seen"
    assert invalid([Violation("articles[3].text", "EMPTY_TEXT", about)]).message == about
    sent = pb.Article(id="a", text=" ")
    (violation,) = own_violations(sent, "articles[0]", Settings(), truncate=False)
    assert invalid([violation]).message == about


def test_what_the_reader_knows_is_made_ready_once_for_all_stories() -> None:
    asked = pile(FIRE, VOTE, options=SummaryOptions(background=(f"{FIRE} {VOTE}",)))
    grouping = found(asked)
    jobs = asked.jobs(grouping)
    assert grouping.background is not None
    assert [[article.id for article in job.articles] for job in jobs] == [["a0"], ["a1"]]
    assert [job.background for job in jobs] == [grouping.background] * 2
    for job in jobs:
        one, other = (run(told, models()) for told in (job, replace(job, background=None)))
        assert repr(one) == repr(other)
        assert one[-1].known  # type: ignore[union-attr]
    assert found(pile(FIRE)).background is None


def test_the_stories_are_held_against_what_was_made_ready() -> None:
    asked = pile(FIRE, options=SummaryOptions(background=(FIRE,)))
    (job,) = asked.jobs(found(asked))
    told = run(replace(job, background=Background({})), models())[-1]
    assert not told.known  # type: ignore[union-attr]


def test_impossible_nouns_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="INVALID"):
        Unassigned(UnassignedReason.INVALID, "why")
    with pytest.raises(ValueError, match="NO_CONTENT"):
        Unassigned(UnassignedReason.NO_CONTENT, "why", "EMPTY_TEXT")
    with pytest.raises(ValueError, match="add up"):
        Grouping(((0,), (0, 1)), {})
    with pytest.raises(ValueError, match="add up"):
        Grouping(((0, 2),), {})
