from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from service.domain import (
    Article,
    ConflictSlot,
    ConflictStatus,
    DateAnchor,
    Dispute,
    DisputedValue,
)
from service.language.words import lexicon
from service.stages.cite import cite_occasion
from service.stages.cluster import cluster
from service.stages.rank import rank
from service.stages.timeline import timeline
from tests.unit.service.fakes import WORDS, WordEncoder, independent, story_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.domain import TimelineEntry

REPEAT = 0.6
NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)
FOUNDED = "The harbour company of Moss was founded by Anna Berg in 1945."
SOLD = "Investors from Norway bought the old harbour company on June 3, 2019."
FIRE = "A fire at the pier of Moss hurt twelve dock workers on Tuesday."
HEARING = "Lawyers for the owners will appear in the court of Oslo on Friday."
PLAIN = "Farmers in the valley sold red apples at the weekly market."
TIMES = st.sampled_from(
    ["on June 3, 2019", "in 2019", "in June 2019", "on Tuesday", "yesterday", "last week"]
)
SENTENCES = st.lists(
    st.tuples(st.lists(WORDS, min_size=6, max_size=10).map(" ".join), TIMES).map(
        lambda parts: f"The {parts[0]} fell {parts[1]}."
    ),
    min_size=1,
    max_size=6,
)


def entries(
    *told: Sequence[str],
    published: Sequence[datetime | None] = (),
    disputes: Sequence[Dispute] = (),
    used: Collection[int] = (),
    repeat: float = REPEAT,
) -> list[TimelineEntry]:
    """Tell the timeline of articles, each a list of sentences."""
    days = [*published, *[None] * (len(told) - len(published))]
    articles = [
        Article(f"a{index}", " ".join(texts), published_at=day)
        for index, (texts, day) in enumerate(zip(told, days, strict=True))
    ]
    story = story_of(*told)
    ranked = rank(story, cluster(story, 0.48), WordEncoder().encode([]), independent(len(told)))
    found = timeline(ranked, story, articles, disputes, used, repeat)
    return [cite_occasion(item, story.sentences, articles) for item in found]


def days(found: Sequence[TimelineEntry]) -> list[str]:
    return [entry.period.text for entry in found]


def test_events_stand_in_the_order_of_their_days_with_exact_citations() -> None:
    told = [FIRE, HEARING, PLAIN, SOLD, FOUNDED]
    found = entries(told, published=[NOON])
    assert [(entry.period.text, entry.expression) for entry in found] == [
        ("1945", "1945"),
        ("2019-06-03", "June 3, 2019"),
        ("2024-06-18", "Tuesday"),
        ("2024-06-21", "Friday"),
    ]
    text = " ".join(told)
    for entry in found:
        assert entry.citation.span.of(text) == entry.citation.quote == entry.text


def test_without_a_day_of_publication_only_whole_dates_are_told() -> None:
    assert days(entries([FIRE, HEARING, SOLD, FOUNDED])) == ["1945", "2019-06-03"]


def test_of_times_that_begin_on_one_day_the_longest_comes_first() -> None:
    month = "Dock workers of the pier went on strike in January 2019."
    year = "A new bridge over the river was opened in 2019."
    day = "Anna Berg married a sailor from Oslo on January 1, 2019."
    assert days(entries([day, month, year])) == ["2019", "2019-01", "2019-01-01"]


def test_one_entry_tells_a_claim_and_its_time_as_exactly_as_an_article_does() -> None:
    vague = "Investors from Norway and Anna Berg of Moss bought the old harbour company in June 2019."
    assert days(entries([vague, PLAIN], [SOLD, HEARING])) == ["2019-06-03"]
    assert days(entries([PLAIN, SOLD], [vague, HEARING])) == ["2019-06-03"]


def test_yesterday_of_two_days_of_publication_is_one_day_where_zones_can_be_between() -> None:
    text = "A fire at the pier of Moss hurt twelve dock workers yesterday."
    near = entries([text, PLAIN], [text, HEARING], published=[NOON, NOON.replace(day=20)])
    assert [entry.expression for entry in near].count("yesterday") == 1
    far = entries([text, PLAIN], [text, HEARING], published=[NOON, NOON.replace(day=22)])
    assert [entry.expression for entry in far].count("yesterday") == 2


def test_what_repeats_an_entry_of_the_same_time_is_left_out() -> None:
    bridge = "The bridge of Moss over the wide river was opened in 2019."
    school = "In 2019 a school for young sailors was opened in Moss."
    told = [bridge, school, PLAIN]
    assert len(entries(told, used=[1, 2, 3], repeat=0.9)) == 2
    assert len(entries(told, used=[1, 2, 3], repeat=0.1)) == 1
    assert len(entries([bridge, school.replace("2019", "2018")], used=[1, 2], repeat=0.1)) == 2


def test_what_the_summary_tells_comes_before_the_most_salient() -> None:
    told = [f"Event number {name} shook the town of {name} in {year}." for name, year in _towns(14)]
    found = entries(told)
    assert len(found) == 12
    left_out = ({year for _, year in _towns(14)} - {int(day) for day in days(found)}).pop()
    place = next(index for index, (_, year) in enumerate(_towns(14)) if year == left_out)
    assert str(left_out) in days(entries(told, used=[place + 1]))


def _towns(count: int) -> list[tuple[str, int]]:
    names = lexicon("Moss Oslo Bergen Molde Narva Riga Turku Lund Umea Visby Ystad Odense Aarhus Ribe")
    return list(zip(sorted(names)[:count], range(1950, 1950 + count), strict=True))


def test_both_sides_of_a_conflict_stand_and_name_it() -> None:
    one = "The harbour company of Moss was founded by Anna Berg in 1945."
    other = "The harbour company of Moss was founded by Anna Berg in 1947."
    dispute = Dispute(
        7,
        ConflictSlot.DATE,
        ConflictStatus.CONFLICT,
        (DisputedValue("1945", (0,), 1), DisputedValue("1947", (2,), 1)),
        "The articles differ.",
        (1, 2),
    )
    found = entries([one, PLAIN], [other, HEARING], disputes=[dispute])
    assert [(entry.period.text, entry.conflict_ids) for entry in found] == [("1945", (7,)), ("1947", (7,))]


def test_the_other_side_of_a_conflict_stands_beyond_the_greatest_number() -> None:
    told = [f"Event number {name} shook the town of {name} in {year}." for name, year in _towns(14)]
    left_out = [str(year) for _, year in _towns(14) if str(year) not in days(entries(told))]
    shown = days(entries(told))[0]
    sides = [int(year) - 1950 for year in (shown, left_out[0])]
    values = tuple(DisputedValue(str(1950 + side), (side,), 1) for side in sides)
    dispute = Dispute(1, ConflictSlot.DATE, ConflictStatus.CONFLICT, values, "They differ.", ())
    found = days(entries(told, disputes=[dispute]))
    assert left_out[0] in found
    assert left_out[1] not in found


def test_a_conflict_on_something_else_is_not_named() -> None:
    dispute = Dispute(
        1,
        ConflictSlot.NUMBER,
        ConflictStatus.CONFLICT,
        (DisputedValue("1945", (0,), 1), DisputedValue("1947", (1,), 1)),
        "The articles differ.",
        (1, 2),
    )
    (found,) = entries([FOUNDED, PLAIN], disputes=[dispute])
    assert found.conflict_ids == ()


def test_what_leans_on_another_sentence_is_no_entry() -> None:
    assert entries(["He was founded as a company of the harbour in 1945.", PLAIN]) == []


@given(st.lists(SENTENCES, min_size=1, max_size=3), st.none() | st.just(NOON))
def test_entries_are_sorted_exact_and_resolved_only_with_an_anchor(
    told: list[list[str]], published: datetime | None
) -> None:
    found = entries(*told, published=[published] * len(told))
    order = [(entry.period.first, -(entry.period.last - date.min).days) for entry in found]
    assert order == sorted(order)
    for entry in found:
        assert entry.citation.quote in " ".join(told[entry.citation.source])
        assert entry.expression in entry.citation.quote
        assert published or entry.anchor is not DateAnchor.PUBLISHED_AT
