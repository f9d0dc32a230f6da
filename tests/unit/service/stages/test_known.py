from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.stages.cluster import cluster
from service.stages.known import Reader, background, news
from service.stages.rank import rank
from service.stages.split import split_plain
from tests.unit.service.fakes import SENTENCES, TEXTS, WordEncoder, independent, story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import News

FIRE = "The fire at the port of Moss hurt 12 men on Monday."
CHESS = "Schools across the country teach chess to children."
BRIDGE = "The mayor of Moss opened a bridge over a river."
PLAN = "Anna Berg will sign the treaty of Oslo on Friday."
QUOTE = "Anna Berg called the treaty of Oslo “a great step for the towns” on Friday."
RATE = "The central bank raised its rate by a quarter point in March."
TOLD = [FIRE, CHESS, BRIDGE, PLAN, QUOTE, RATE]
WEDNESDAY = date(2025, 6, 18)
DAYS = (None, WEDNESDAY, date(2025, 6, 19), date(2025, 11, 18), date(2026, 6, 18))


def reader_of(
    *texts: str, days: Sequence[date | None] = (), published: Sequence[date | None] = (None,) * 9
) -> Reader:
    return Reader(background(split_plain(texts), days), tuple(published))


def knows(claim: str, *texts: str) -> bool:
    return reader_of(*texts).knows(claim, [0]) is not None


def on(claim: str, published: date | None, known: date | None) -> bool:
    return reader_of(claim, days=[known], published=[published]).knows(claim, [0]) is not None


def news_of(*texts: str, told: tuple[list[str], ...]) -> News:
    story = story_of(*told)
    ranked = rank(story, cluster(story, 0.45), WordEncoder().encode([]), independent(len(told)))
    return news(ranked, story, reader_of(*texts))


@pytest.mark.parametrize("claim", TOLD)
def test_a_sentence_is_known_wherever_it_stands_and_however_it_is_set(claim: str) -> None:
    assert knows(claim, claim)
    assert knows(claim, f"It rained. {claim} Nobody knew why.")
    assert knows(claim, f"It rained.\n• {claim}\n")
    assert knows(claim, claim.replace("“", '"').replace("”", '"').replace(" ", "\u00a0"))
    assert knows(claim, f"However, {claim}")
    assert knows(claim.rstrip("."), f"{claim.rstrip('.')}!")


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        (FIRE, FIRE.replace("12", "15")),
        (FIRE, FIRE.replace(" 12", "")),
        (FIRE.replace(" 12", ""), FIRE),
        (FIRE, FIRE.replace("Monday", "Sunday")),
        (FIRE, FIRE.replace("Moss", "Oslo")),
        (FIRE, FIRE.replace("hurt", "did not hurt")),
        (FIRE, f"{FIRE[:-1]}?"),
        (PLAN.replace("will sign", "signed"), PLAN),
        (FIRE.replace("hurt", "killed"), FIRE),
        (QUOTE, QUOTE.replace("great", "small")),
        (BRIDGE.replace("The mayor", "The deputy mayor"), BRIDGE),
        (BRIDGE, BRIDGE.replace("The mayor", "The deputy mayor")),
        (f"{FIRE[:-1]}, and {CHESS}", FIRE),
        ("Smith defeated Jones in the election.", "Jones defeated Smith in the election."),
        ("The army took Karsk from the rebels.", "The rebels took Karsk from the army."),
        ("The army was attacked by the rebels.", "The army attacked the rebels."),
        ("Acme agreed to buy its rival Bolt.", "Bolt agreed to buy its rival Acme."),
        ("The attack killed 12 and wounded 40.", "The attack killed 40 and wounded 12."),
        ("More than 12 died in the attack.", "At least 12 died in the attack."),
        ("More than 12 died in the attack.", "12 died in the attack."),
        ("The boy was killed, police said.", "A report that the boy was killed is false, police said."),
        ("The lower house passed the bill.", "The upper house passed the bill."),
        ("The storm will reach the south coast.", "The storm will reach the north coast."),
        ("Police arrested two suspects and the director.", "Police arrested two suspects."),
        ("The party voted for the bill.", "The party voted against the bill."),
        ("A few of them survived.", "Few of them survived."),
        ("The bank lost 3.5 points.", "The bank lost 3-5 points."),
        ("The rate rose by 5%.", "The rate rose by 5."),
        ("It was -5 degrees in the town.", "It was 5 degrees in the town."),
        ("Jones, said Smith, has won.", "Jones said Smith has won."),
        ("The players will re-sign in May.", "The players will resign in May."),
    ],
)
def test_an_update_is_not_known(claim: str, known: str) -> None:
    assert knows(known, known)
    assert not knows(claim, known)


def test_a_claim_must_be_one_sentence() -> None:
    assert not knows(f"{FIRE[:-1]}, and {CHESS}", FIRE, CHESS)
    assert not knows(f"{FIRE} {CHESS}", f"{FIRE} {CHESS}")


@pytest.mark.parametrize(
    "words",
    ["on Thursday", "today", "yesterday", "last week", "earlier this month", "two days ago", "this evening"],
)
def test_what_means_another_time_on_another_day_is_known_of_one_day_only(words: str) -> None:
    claim = f"The central bank raised its rate {words}."
    told = {(published, known) for published in DAYS for known in DAYS if on(claim, published, known)}
    assert told == {(day, day) for day in DAYS}


@pytest.mark.parametrize(
    "words", ["at dawn", "in the early hours", "in the morning", "at 3 p.m.", "at 11am", "overnight"]
)
def test_a_part_of_a_day_is_of_one_day(words: str) -> None:
    claim = f"The tunnel was closed {words}."
    assert {known for known in DAYS if on(claim, WEDNESDAY, known)} == {WEDNESDAY}


def test_a_month_without_its_year_is_known_within_two_weeks() -> None:
    told = {known for known in DAYS if on(RATE, WEDNESDAY, known)}
    assert told == {*DAYS[1:3]}
    assert on(RATE, None, None)


@pytest.mark.parametrize("words", ["in March 2025", "on March 3, 2025", "in 2025", "since 2025"])
def test_what_tells_its_year_is_known_of_any_day(words: str) -> None:
    claim = f"The central bank raised its rate {words}."
    assert all(on(claim, published, known) for published in DAYS for known in DAYS)


def test_a_number_is_no_year() -> None:
    assert not on("The bank cut 2000 jobs in March.", WEDNESDAY, date(2026, 6, 18))


def test_the_same_words_are_news_again_after_two_weeks() -> None:
    assert {known for known in DAYS if on(CHESS, WEDNESDAY, known)} == {*DAYS[:3]}
    assert all(on(CHESS, None, known) for known in DAYS)


@pytest.mark.parametrize("run", [".", " ", "…", "!"])
def test_a_run_within_a_sentence_is_passed_over_at_once(run: str) -> None:
    begun = time.monotonic()
    assert knows(f"a{run * 100_000}b", f"a{run * 100_000}b")
    # Minutes, if every mark were looked at once for every one before it.
    assert time.monotonic() - begun < 10


def test_a_claim_of_articles_of_several_days_must_be_known_of_each() -> None:
    published = DAYS[1:3]
    assert reader_of(FIRE, days=[WEDNESDAY], published=published).knows(FIRE, [0, 1]) is None
    assert reader_of(FIRE, FIRE, days=published, published=published).knows(FIRE, [0, 1]) == 0


def test_the_first_text_that_has_a_sentence_of_the_day_is_told() -> None:
    reader = reader_of("It rained.", f"{CHESS} {FIRE}", FIRE, FIRE, days=[None, None, WEDNESDAY, WEDNESDAY])
    assert (reader.knows(FIRE, [0]), reader.knows(CHESS, [0])) == (1, 1)
    assert Reader(reader.background, (WEDNESDAY,)).knows(FIRE, [0]) == 2


def test_a_cluster_of_which_all_is_known_is_left_out() -> None:
    found = news_of(FIRE, told=([FIRE, CHESS], [FIRE, BRIDGE]))
    assert [item.background_index for item in found.known] == [0]
    assert {len(item.cluster.members) for item in found.ranked} == {1}
    assert not found.is_nothing
    assert news_of(FIRE, CHESS, BRIDGE, told=([FIRE, CHESS], [FIRE, BRIDGE])).is_nothing


def test_of_a_cluster_that_is_partly_known_a_sentence_that_is_news_is_told() -> None:
    more = f"{FIRE[:-1]} and two women."
    found = news_of(FIRE, told=([FIRE], [FIRE], [more]))
    (item,) = found.ranked
    assert item.cluster.members == (0, 1, 2)
    assert item.representative == 2
    assert not found.known


def test_what_cannot_stand_alone_is_neither_told_nor_known() -> None:
    alone = "He hurt twelve men at the port."
    found = news_of(alone, told=([alone, CHESS],))
    assert not found.known
    assert [item.representative for item in found.ranked if item.representative is None] == [None]


@given(st.lists(st.sampled_from(TOLD) | TEXTS, max_size=6), st.randoms())
def test_the_order_of_the_background_decides_nothing_but_the_index(texts: list[str], random: object) -> None:
    turned = sorted(texts, key=lambda _: random.random())  # type: ignore[attr-defined]
    one, other = (news_of(*order, told=([FIRE, CHESS], [FIRE, BRIDGE])) for order in (texts, turned))
    assert one.ranked == other.ranked
    assert [item.ranked for item in one.known] == [item.ranked for item in other.known]
    for item in one.known:
        assert texts[item.background_index].strip()


@given(st.lists(SENTENCES, min_size=1, max_size=3).filter(any), st.data())
def test_clusters_are_told_or_known_and_none_is_lost(told: list[list[str]], data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from([text for article in told for text in article]), max_size=5))
    story = story_of(*told)
    ranked = rank(story, cluster(story, 0.45), WordEncoder().encode([]), independent(len(told)))
    found = news(ranked, story, reader_of(*texts))
    clusters = [item.cluster.id for item in found.ranked] + [item.ranked.cluster.id for item in found.known]
    assert sorted(clusters) == sorted(item.cluster.id for item in ranked)
