from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.domain import ConflictStatus
from tests.unit.service.comparing import told_beside
from tests.unit.service.fakes import articles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Article

CONFLICT, RECONCILABLE = ConflictStatus.CONFLICT, ConflictStatus.POSSIBLY_RECONCILABLE


def published(*days: int) -> tuple[Article, ...]:
    return tuple(
        replace(article, published_at=datetime(2024, 6, day, 12, tzinfo=UTC))
        for article, day in zip(articles(*"ab"), days, strict=True)
    )


@pytest.mark.parametrize(
    ("days", "status"),
    [((18, 19), ConflictStatus.TIME_OF_WRITING), ((19, 18), CONFLICT), ((18, 18), CONFLICT)],
)
def test_a_number_that_grew_was_told_at_another_time(days: tuple[int, int], status: ConflictStatus) -> None:
    told = "The fire at Leeds killed 12 people.", "The fire at Leeds killed 15 people."
    (found,) = told_beside(*told, sent=published(*days))
    assert found.status is status
    assert ("at different times" in found.explanation) == (status is ConflictStatus.TIME_OF_WRITING)


def test_days_are_compared_as_dates_where_the_day_of_writing_is_known() -> None:
    told = (
        "Anna Berg arrived in Oslo yesterday for talks.",
        "Anna Berg arrived in Oslo on Tuesday for talks.",
    )
    assert not told_beside(*told)
    assert not told_beside(*told, sent=published(19, 19))
    assert told_beside(*told, sent=published(21, 20))


@pytest.mark.parametrize("word", ["yesterday", "today", "tonight"])
def test_one_word_of_two_days_is_two_values(word: str) -> None:
    told = f"Anna Berg arrived in Oslo {word} for talks.", f"For talks, Anna Berg arrived in Oslo {word}."
    assert not told_beside(*told, sent=published(17, 19))
    (found,) = told_beside(*told, sent=published(17, 20))
    days = (16, 19) if word == "yesterday" else (17, 20)
    assert [value.shown for value in found.values] == [f"{word} (June {day})" for day in days]
    assert {value.value for value in found.values} == {word}
    assert found.explanation.endswith(f": {word} (June {days[0]}) or {word} (June {days[1]}).")


def test_the_day_in_utc_may_not_be_the_writers_day() -> None:
    told = "Anna Berg arrived in Oslo {} for talks.", "For talks, Anna Berg arrived in Oslo on {}."
    for one, other, days in (
        ("today", "June 18", (19, 19)),
        ("yesterday", "June 17", (19, 19)),
        ("on Wednesday", "June 19", (18, 19)),
        ("on Friday", "June 21", (17, 17)),
    ):
        assert not told_beside(told[0].format(one), told[1].format(other), sent=published(*days))
    assert told_beside(told[0].format("today"), told[1].format("June 16"), sent=published(19, 19))


@pytest.mark.parametrize(
    "planned", ["is to arrive", "plans to arrive", "is due", "is scheduled to arrive", "will arrive"]
)
def test_what_was_planned_does_not_contradict_what_happened(planned: str) -> None:
    told = f"Envoy Anna Berg {planned} in Oslo on Friday.", "Envoy Anna Berg arrived in Oslo on Saturday."
    assert not told_beside(*told)


DAYS = st.sampled_from(["yesterday", "today", "tonight", "tomorrow", "on Tuesday", "on June 18", "at noon"])
SENT = st.lists(st.tuples(DAYS, st.none() | st.datetimes(timezones=st.just(UTC))), min_size=2, max_size=4)
NEARBY = st.datetimes(datetime(2024, 6, 12), datetime(2024, 6, 24), timezones=st.just(UTC))  # noqa: DTZ001  the zone is drawn
WEEKS = st.lists(st.tuples(DAYS, NEARBY), min_size=2, max_size=4)


@example(
    [
        ("on Tuesday", datetime(2000, 4, 1, tzinfo=UTC)),
        ("on Tuesday", None),
        ("yesterday", datetime(2000, 4, 1, tzinfo=UTC)),
        ("on Tuesday", datetime(2000, 1, 1, tzinfo=UTC)),
    ]
)
@given(SENT | WEEKS)
def test_any_days_of_writing_can_be_compared(told: Sequence[tuple[str, datetime | None]]) -> None:
    texts = [
        f"Anna Berg arrived in Oslo {day}, {'very ' * order}tired." for order, (day, _) in enumerate(told)
    ]
    sent = [
        replace(article, published_at=when) for article, (_, when) in zip(articles(*texts), told, strict=True)
    ]
    for dispute in told_beside(*texts, sent=sent):
        shown = [value.shown for value in dispute.values]
        assert len(set(shown)) == len(shown) > 1


def test_a_day_is_one_value_whether_or_not_it_could_be_dated() -> None:
    first, *others = published(5, 5)
    (found,) = told_beside(
        "Anna Berg arrived in Oslo yesterday for talks.",
        "Anna Berg arrived in Oslo on Friday for talks.",
        "For talks, Anna Berg arrived in Oslo on Friday.",
        sent=(first, *others, replace(first, published_at=None)),
    )
    assert [(value.shown, value.articles) for value in found.values] == [
        ("Friday", 2),
        ("yesterday (June 4)", 1),
    ]


def test_weekdays_of_different_weeks_are_not_compared() -> None:
    told = (
        "Anna Berg arrived in Oslo on Monday for talks.",
        "Anna Berg arrived in Oslo on Tuesday for talks.",
    )
    assert told_beside(*told)
    assert told_beside(*told, sent=published(19, 20))
    assert not told_beside(*told, sent=published(10, 20))
