from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import DateAnchor, Period
from service.language.calendar import MONTH_NAMES
from service.language.dating import Setting, dated, setting
from tests.unit.service.fakes import TEXTS

WEDNESDAY = date(2024, 6, 19)
NOTHING = Setting(None, {})
TIMES = st.sampled_from(
    [
        "yesterday ",
        "on Tuesday ",
        "last week ",
        "two days ago ",
        "in June ",
        "on June 18 ",
        "in 2019 ",
        "on June 18, 2019 ",
        "will arrive ",
        "arrived ",
        "today ",
        "next year ",
    ]
)
TOLD = st.lists(st.one_of(TIMES, TEXTS), max_size=8).map("".join)


def told(text: str, published: date | None = WEDNESDAY, before: str = "") -> list[tuple[str, str, str]]:
    """Return the words that date a sentence, and the first and the last day as an answer writes them."""
    found = dated(text, before, Setting(published, {}))
    return [(text[item.start : item.end], item.period.text, item.period.last_text) for item in found]


def days(text: str, published: date | None = WEDNESDAY, before: str = "") -> list[str]:
    return [day for _, day, _ in told(text, published, before)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They signed the treaty on June 19, 2024, in Oslo.", ("June 19, 2024", "2024-06-19", "")),
        ("They signed the treaty on 19 June 2024.", ("19 June 2024", "2024-06-19", "")),
        ("It was signed on Wednesday, June 19, 2024.", ("Wednesday, June 19, 2024", "2024-06-19", "")),
        ("They met on the morning of June 19, 2024.", ("morning of June 19, 2024", "2024-06-19", "")),
        ("They met on June 18-19, 2024, in Oslo.", ("June 18-19, 2024", "2024-06-18", "2024-06-19")),
        ("The firm was founded in 1945.", ("1945", "1945", "")),
        ("In late 2016 the firm was sold.", ("2016", "2016", "")),
        ("It was sold in February 2022.", ("February 2022", "2022-02", "")),
        ("The vote will be held on May 5, 2031.", ("May 5, 2031", "2031-05-05", "")),
    ],
)
def test_words_with_a_year_need_no_day_of_publication(text: str, expected: tuple[str, str, str]) -> None:
    assert told(text, None) == [expected]
    (found,) = dated(text, "", NOTHING)
    assert found.anchor is DateAnchor.EXPLICIT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge fell yesterday.", ("yesterday", "2024-06-18", "")),
        ("The bridge fell today.", ("today", "2024-06-19", "")),
        ("He will speak tomorrow.", ("tomorrow", "2024-06-20", "")),
        ("The bridge fell on Tuesday.", ("Tuesday", "2024-06-18", "")),
        ("The bridge fell on Wednesday.", ("Wednesday", "2024-06-19", "")),
        ("The bridge fell on Friday.", ("Friday", "2024-06-14", "")),
        ("He will speak on Friday.", ("Friday", "2024-06-21", "")),
        ("He is due to speak on Monday.", ("Monday", "2024-06-24", "")),
        ("The bridge fell last week.", ("last week", "2024-06-10", "2024-06-16")),
        ("The bridge fell this week.", ("this week", "2024-06-17", "2024-06-23")),
        ("The bridge fell last month.", ("last month", "2024-05", "")),
        ("He will speak next year.", ("next year", "2025", "")),
        ("The bridge fell two days ago.", ("two days ago", "2024-06-17", "")),
        ("The bridge fell on June 3.", ("June 3", "2024-06-03", "")),
        ("The bridge fell in January.", ("January", "2024-01", "")),
        ("The bridge fell in March.", ("March", "2024-03", "")),
        ("On May 3 the bridge fell.", ("May 3", "2024-05-03", "")),
        ("In May the bridge fell.", ("May", "2024-05", "")),
        ("He will speak on Nov. 5 in Oslo.", ("Nov. 5", "2024-11-05", "")),
        ("The bridge fell on Dec. 30 in Oslo.", None),
    ],
)
def test_other_words_are_counted_from_the_day_of_publication(
    text: str, expected: tuple[str, str, str] | None
) -> None:
    assert told(text) == ([expected] if expected else [])
    assert told(text, None) == []
    assert all(found.anchor is DateAnchor.PUBLISHED_AT for found in dated(text, "", Setting(WEDNESDAY, {})))


def test_a_day_without_a_year_is_of_the_nearest_year() -> None:
    assert days("The bridge fell on Dec. 30 in Oslo.", date(2024, 1, 2)) == ["2023-12-30"]
    assert days("He will speak on Jan. 5 in Oslo.", date(2023, 12, 30)) == ["2024-01-05"]


@pytest.mark.parametrize(
    "text",
    [
        "He arrives in Oslo on Friday.",  # no tense that tells which one
        "The minister said that he would visit Oslo on Friday.",
        "The vote scheduled for Friday was the first.",
        "Otherwise they’d be opening the bridge in May.",
        "The bridge fell on Thursday.",  # six days ago, or today where the writer is
        "He will speak on Tuesday.",
        "The bridge fell in December.",  # six months away from both
        "He will speak on June 3.",  # over, so not of this year
        "The bridge fell on June 30.",  # yet to come
        "The bridge fell last Friday.",
        "The bridge fell on June 3 last year.",
        "He spoke on a Tuesday.",
        "The bridge fell on Good Friday.",
        "“I left on Tuesday,” said Berg.",  # counted from the day when he spoke
        "The firm employs 500 people today.",
        "Some of them made sounds in a manner much like that of birds today.",
        "The paper USA TODAY was told of it.",
        "The bridge fell on February 30.",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "He recalled the June 3, 2019 attack.",
        "They have met every year since 2012.",
        "The law holds until June 3, 2031.",
        "He ruled from 1999 to 2008.",
        "His pay fell to five million dollars compared with six million in 2014.",
        "The words were used by Anna Berg on Sunday talk shows.",
        "They met again after June 3, 2019, in Oslo.",
        "The 2016 election was lost.",
        "Some 2000 people fled.",
        "The song of the 1990s was sung.",
        "The mayor of Moss on Tuesday said that the port was closed.",
        "The warning came despite his invasion of the island in 2022.",
        "The bridge fell on Tuesday, June 19, 2024.",  # that was a Wednesday
        "Tuesday’s game was lost.",
        "Two men died, the police said on Tuesday.",
        "Both men died in the fire, police said in a statement issued Tuesday.",
        "Administration of the harbour (On April 3, 2014).",
    ],
)
def test_what_names_bounds_or_is_said_dates_nothing(text: str) -> None:
    assert days(text) == []


def test_what_is_announced_on_a_day_is_told() -> None:
    assert days("On Tuesday, the ministry said that it would close the port.") == ["2024-06-18"]
    assert days("The ministry announced on Tuesday that the port was closed.") == ["2024-06-18"]


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday sailors closed the port.",
        "The mayor of Moss on Tuesday closed the port.",
        "The port was closed Tuesday amid a strike.",
        "The port was closed on Tuesday following a strike.",
    ],
)
def test_what_stands_behind_a_time_need_not_be_named_by_it(text: str) -> None:
    assert days(text) == ["2024-06-18"]


def test_beside_another_year_a_day_without_one_is_left_open() -> None:
    text, before = "The bridge fell on June 3.", "He took office in 2011."
    assert days(text) == ["2024-06-03"]
    assert days(text, before=before) == []
    assert days("Berg, who took office in 2011, left on June 3.") == ["2011"]


@pytest.mark.parametrize(
    "told",
    [
        "Last year the bridge fell {}.",
        "Last year's flood broke the bridge {}.",
        "The bridge fell last year, {}.",
        "Three years ago, {}, a barge struck the bridge.",
        "A decade ago, a barge struck the bridge {}.",
        "Two and a half years earlier, a barge struck the bridge {}.",
        "Eighteen months before, the bridge fell {}.",
        "Two years after the war, the bridge fell {}.",
        "That year, the bridge fell {}.",
        "The year before, the bridge fell {}.",
        "In the same year, the bridge fell {}.",
        "The following year, the bridge fell {}.",
        "Every year the bridge was closed {}.",
        "In later years the bridge was closed {}.",
        "In '98, the bridge fell {}.",
        "In the ’90s, the bridge fell {}.",
        "In the nineties, the bridge fell {}.",
        "In the 1990s, the bridge fell {}.",
        "In the 19th century, the bridge fell {}.",
        "In 2019, the bridge fell {}.",
        "When he was a boy, the bridge fell {}.",
        "As a young girl, she left the island {}.",
        "The bridge was traditionally closed {}.",
        "The bridge fell {}, three years ago.",
        "The bridge had closed {} when the flood came in 1997.",
    ],
)
@pytest.mark.parametrize("day", ["on June 4", "on Monday", "in April"])
def test_beside_another_time_a_day_or_a_weekday_is_left_open(told: str, day: str) -> None:
    assert days(f"The bridge fell {day}.")
    found = dated(told.format(day), "", Setting(WEDNESDAY, {}))
    assert day.partition(" ")[2] not in [told.format(day)[item.start : item.end] for item in found]
    of_article = dated(told.format("on June 4"), "", Setting(None, {(6, 4): frozenset({2024})}))
    assert all(item.anchor is DateAnchor.EXPLICIT for item in of_article)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("The bridge fell on June 4, '98.", ""),
        ("The bridge fell in April '98.", ""),
        ("The bridge fell on June 4, 44 B.C.", ""),
        ("The bridge fell on June 4 during the pandemic.", ""),
        ("The bridge fell on June 4.", "Its cables broke three years ago."),
        ("The bridge fell on Monday.", "Last year its cables broke."),
        ("The bridge fell on Monday.", "In 2019 its cables broke."),
        ("The bridge fell a week ago on Monday.", ""),
        ("Last week's storm broke the bridge on Monday.", ""),
        ("Ten days ago, on Monday, the bridge fell.", ""),
        ("The bridge fell on Monday of the Easter week.", ""),
        ("The bridge fell on Easter Monday.", ""),
        ("The bridge fell on Monday last.", ""),
        ("Early one Monday the bridge fell.", ""),
        ("The bridge fell 50 years ago today.", ""),
        ("The bridge fell yesterday, 50 years ago.", ""),
        ("Two hundred and fifty years ago this week the bridge fell.", ""),
        ("The bridge fell in the last week of June.", ""),
    ],
)
def test_words_that_can_be_of_another_time_are_left_open(text: str, before: str) -> None:
    assert days(text, before=before) == []


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("The bridge fell on Monday, two years after it was built.", "", "2024-06-17"),
        ("The bridge fell on June 4, two years after it was built.", "", "2024-06-04"),
        ("The bridge fell on Monday for the first time in ten years.", "", "2024-06-17"),
        ("The council sold on Monday the bridge that it built in the nineties.", "", "2024-06-17"),
        ("The bridge fell on Monday.", "Its cables broke in 2019.", "2024-06-17"),
        ("Berg, who took office in 2011, left yesterday.", "", "2024-06-18"),
        ("The bridge fell on June 4.", "Its cables broke in 2024.", "2024-06-04"),
        ("The bridge was closed on Monday, and a man in his fifties was hurt.", "", "2024-06-17"),
    ],
)
def test_another_time_elsewhere_leaves_a_day_sure(text: str, before: str, expected: str) -> None:
    assert days(text, before=before)[-1:] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge fell on Monday, June 3.", ["2024-06-03"]),
        ("The bridge fell on Tuesday, June 3.", []),  # of 2025, or a mistake
        ("The bridge fell yesterday, June 18.", ["2024-06-18"]),
        ("The bridge fell yesterday, June 17.", ["2024-06-17"]),  # written a day earlier
        ("The bridge fell yesterday, June 4.", []),
        ("The bridge fell today, a Wednesday.", ["2024-06-19"]),
        ("The bridge fell today, Tuesday.", []),
    ],
)
def test_words_of_one_day_that_disagree_are_left_open(text: str, expected: list[str]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "count",
    [
        "twenty two",
        "thirty-two",
        "two or three",
        "two, three",
        "2 to 3",
        "2-3",
        "2.5",
        "about three",
        "some three",
        "at least two",
        "as many as nine",
        "more than two",
        "up to two",
        "ten",
        "30",
    ],
)
def test_only_an_exact_count_of_days_is_counted_back(count: str) -> None:
    assert days("The bridge fell just two days ago.") == ["2024-06-17"]
    assert days("The bridge fell 12 days ago.") == ["2024-06-07"]
    assert days(f"The bridge fell {count} days ago.") == []


@pytest.mark.parametrize("month", MONTH_NAMES)
@pytest.mark.parametrize("told", ["in {} 2019", "in {}, 2019", "in late {} 2019", "in {} of 2019"])
def test_every_month_with_a_year_is_told(month: str, told: str) -> None:
    number = MONTH_NAMES.index(month) + 1
    assert days(f"The bridge fell {told.format(month)} in Oslo.") == [f"2019-{number:02}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge fell on 2019-12-31.", "2019-12-31"),
        ("The bridge fell on the 3rd of June 2019.", "2019-06-03"),
        ("The bridge fell on the 5th of May, 2021.", "2021-05-05"),
        ("The bridge fell on the 3rd of June.", "2024-06-03"),
        ("The bridge fell on 2019-13-31.", None),
        ("The bridge fell on 2019-02-30.", None),
        ("They have met since the 3rd of June 2019.", None),
        ("The order 17-2019-12-31 was sent.", None),
        ("They may 2019 times have been wrong.", None),
    ],
)
def test_days_are_read_in_the_ways_they_are_written(text: str, expected: str | None) -> None:
    assert days(text) == ([expected] if expected else [])


def test_an_article_tells_the_year_of_a_day_once_for_all() -> None:
    text = "The bridge fell on June 3."
    known = setting(None, ["On June 3, 2019, it rained.", "On June 4, 2018, it snowed."])
    (found,) = dated(text, "", known)
    assert (found.period, found.anchor) == (
        Period(date(2019, 6, 3), date(2019, 6, 3)),
        DateAnchor.ARTICLE,
    )
    torn = setting(WEDNESDAY, ["On June 3, 2019, it rained.", "On June 3, 2018, it snowed."])
    assert dated(text, "", torn) == ()


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_no_fault(day: date) -> None:
    for text in (
        "It fell yesterday.",
        "It will fall tomorrow.",
        "It fell last week.",
        "It will fall next week.",
    ):
        assert all(found.period.first <= found.period.last for found in dated(text, "", Setting(day, {})))
    for text in (
        "It fell last month.",
        "It will fall next year.",
        "It fell last year.",
        "It fell in December.",
    ):
        dated(text, "", Setting(day, {}))


@given(TOLD, TOLD)
def test_without_a_day_of_publication_every_word_has_its_year(text: str, before: str) -> None:
    for found in dated(text, before, NOTHING):
        assert found.anchor is DateAnchor.EXPLICIT
        assert str(found.period.first.year) in text[found.start : found.end]


@given(TOLD, st.dates())
def test_words_stand_in_order_inside_the_sentence(text: str, published: date) -> None:
    found = dated(text, "", setting(published, [text]))
    assert [item.start for item in found] == sorted(item.start for item in found)
    for item in found:
        assert text[item.start : item.end].strip()


@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)))
def test_a_weekday_is_near_the_day_of_publication_and_on_the_side_of_its_tense(published: date) -> None:
    for name in ("Monday", "Saturday"):
        for past in days(f"The bridge fell on {name}.", published):
            assert timedelta(0) <= published - date.fromisoformat(past) <= timedelta(5)
        for future in days(f"He will speak on {name}.", published):
            assert timedelta(1) <= date.fromisoformat(future) - published <= timedelta(5)
