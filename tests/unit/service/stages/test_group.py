from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Opening
from service.errors import Cancelled
from service.stages.group import group
from tests.unit.service.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain import Vectors

MONDAY = datetime(2024, 6, 17, 12, tzinfo=UTC)
FIRE = ("Fire destroys Oslo harbour warehouse", "Oslo harbour warehouse burns down, firemen hurt")
VOTE = ("Parliament votes pension reform", "Pension reform passes parliament vote narrowly")
STORM = ("Hurricane floods coastal villages",)
WORDS = st.lists(
    st.sampled_from(["fire", "port", "vote", "law", "storm", "sea", "bank"]), min_size=1, max_size=5
)


def opening(title: str, published_at: datetime | None = None) -> Opening:
    return Opening(title, (), published_at)


def grouped(openings: Sequence[Opening], check: Callable[[], None] = lambda: None) -> list[list[int]]:
    vectors = WordEncoder().encode([item.lead for item in openings])
    return [list(members) for members in group(openings, vectors, check)]


def at_angles(*degrees: float) -> Vectors:
    """Return unit vectors of a plane, so that the angle between two tells how close they are."""
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_articles_about_one_event_are_together_and_one_alone_stays_alone() -> None:
    titles = [FIRE[0], VOTE[0], STORM[0], VOTE[1], FIRE[1]]
    assert grouped([opening(title) for title in titles]) == [[0, 4], [1, 3], [2]]


def test_one_article_is_a_story() -> None:
    assert grouped([opening(FIRE[0])]) == [[0]]


@given(st.data())
def test_the_order_of_the_articles_decides_nothing(data: st.DataObject) -> None:
    titles = data.draw(st.lists(WORDS.map(" ".join), min_size=1, max_size=12))
    order = data.draw(st.permutations(range(len(titles))))
    found = grouped([opening(title) for title in titles])
    shuffled = grouped([opening(titles[index]) for index in order])
    assert {frozenset(titles[index] for index in members) for members in found} == {
        frozenset(titles[order[index]] for index in members) for members in shuffled
    }
    assert sorted(index for members in found for index in members) == list(range(len(titles)))


def test_a_chain_of_neighbours_is_not_one_story() -> None:
    chain = [f"word{step}a word{step + 1}a" for step in range(8)]
    openings = [opening(title) for title in chain]
    # Each is close to the next, and nearly nothing to the one after that.
    found = group(openings, at_angles(*(60.0 * step for step in range(8))), lambda: None)
    assert max(map(len, found)) < 4


def test_a_large_story_is_not_cut_where_two_of_its_articles_have_nothing_in_common() -> None:
    common = [f"summit treaty nuclear talks detail{number}" for number in range(30)]
    openings = [opening(title) for title in common]
    vectors = at_angles(*np.linspace(0.0, 100.0, 30))  # the cosine of the ends is below 0
    assert group(openings, vectors, lambda: None) == (tuple(range(30)),)


@pytest.mark.parametrize(("days", "stories"), [(6, 1), (8, 2), (None, 1)])
def test_articles_of_different_weeks_tell_of_different_events(days: int | None, stories: int) -> None:
    later = None if days is None else MONDAY + timedelta(days=days)
    assert len(grouped([opening(FIRE[0], MONDAY), opening(FIRE[0], later)])) == stories


def pile_of(others: int, *vectors: Sequence[float]) -> tuple[list[Opening], Vectors]:
    """Return articles with these vectors, and others that have nothing to do with any."""
    width = max(map(len, vectors))
    rows = np.zeros((len(vectors) + others, width + others), dtype=np.float32)
    for row, vector in zip(rows, vectors, strict=False):
        row[: len(vector)] = vector
    rows[len(vectors) :, width:] = np.eye(others)
    return [opening(f"unique{number}") for number in range(len(rows))], rows


def test_events_of_one_topic_are_told_apart_by_what_is_around_them() -> None:
    # Two pairs of 0.45 each, which are 0.23 close to each other: close enough for average linkage.
    pairs = [
        (1.0, 0.0, 0.0, 0.0),
        (0.9, math.sqrt(1 - 0.81), 0.0, 0.0),
        (0.48, 0.0, math.sqrt(1 - 0.48**2), 0.0),
        (0.48, 0.0, 0.76, math.sqrt(1 - 0.48**2 - 0.76**2)),
    ]
    assert group(*pile_of(2, *pairs), lambda: None)[0] == (0, 1, 2, 3)
    assert group(*pile_of(30, *pairs), lambda: None)[:2] == ((0, 1), (2, 3))


@pytest.mark.parametrize("beside", [(), ("vote", "vote")])
def test_copies_are_no_story_of_their_own(beside: tuple[str, ...]) -> None:
    apart = math.sqrt(1 - 0.9**2)
    own = [
        (1.0, 0.0, 0.0),
        (1.0, 0.0, 0.0),
        (1.0, 0.0, 0.0),
        (0.9, apart, 0.0),
        *[(0.0, 0.0, 1.0) for _ in beside],
    ]
    openings, vectors = pile_of(30, *own)
    told = [opening(title) for title in ("fire", "fire", "fire", "fire anew told", *beside)]
    assert group([*told, *openings[len(told) :]], vectors, lambda: None)[0] == (0, 1, 2, 3)


def test_what_an_article_is_embedded_by_is_its_title_and_three_sentences() -> None:
    told = Opening("A title.", ("One.", "Two.", "Three.", "Four."))
    assert told.lead == "A title. One. Two. Three."
    assert Opening("", ("One.",)).lead == "One."


def test_nobody_waits_any_more() -> None:
    def left() -> None:
        message = "the caller left"
        raise Cancelled(message)

    with pytest.raises(Cancelled):
        grouped([opening(FIRE[0]), opening(VOTE[0])], left)
