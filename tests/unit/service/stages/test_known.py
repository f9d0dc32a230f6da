from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.stages.cluster import cluster
from service.stages.known import Background, background, news
from service.stages.rank import rank
from service.stages.split import split_plain
from tests.unit.service.fakes import SENTENCES, TEXTS, WordEncoder, independent, story_of

if TYPE_CHECKING:
    from service.domain import News

ENCODER = WordEncoder()
FIRE = "The fire at the port of Moss hurt 12 men on Monday."
BLAZE = "On Monday 12 men were hurt in a fire at the port of Moss."
CHESS = "Schools across the country teach chess to children."
BRIDGE = "The mayor of Moss opened a bridge over a river."
PLAN = "Anna Berg will sign the treaty of Oslo on Friday."
QUOTE = "Anna Berg called the treaty of Oslo “a great step for the towns” on Friday."
WHO = "Anna Berg said the port of Moss was closed to all ships on Friday."
TOLD = [FIRE, CHESS, BRIDGE, PLAN, QUOTE, WHO]


def known_of(*texts: str, told: tuple[list[str], ...] = (TOLD,), threshold: float = 0.8) -> Background:
    return background(split_plain(texts), story_of(*told), ENCODER, threshold)


def follows(claim: str, *texts: str) -> bool:
    return known_of(*texts).support(claim, ENCODER.encode([claim])[0]) is not None


def news_of(*texts: str, told: tuple[list[str], ...]) -> News:
    known = known_of(*texts, told=told)
    ranked = rank(known.story, cluster(known.story, 0.45), ENCODER.encode([]), independent(len(told)))
    return news(ranked, known, ENCODER)


@pytest.mark.parametrize("claim", TOLD)
def test_a_sentence_follows_from_itself_wherever_it_stands(claim: str) -> None:
    assert follows(claim, claim)
    assert follows(claim, f"It rained. {claim} Nobody knew why.")
    assert follows(claim, f"It rained.\n• {claim}\n")


def test_synonyms_of_what_happens_are_one() -> None:
    assert follows(FIRE.replace("hurt", "injured"), FIRE.replace("hurt", "hurt and injured"))
    assert follows(
        "The fire killed 12 men at the port of Moss on Monday.",
        "12 men died in the fire at the port of Moss on Monday.",
    )


def test_a_part_follows_from_the_whole_and_not_the_whole_from_a_part() -> None:
    whole = f"{FIRE[:-1]}, and sank two old ships that were tied to the pier."
    assert follows(FIRE, whole)
    assert not follows(whole, FIRE)


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        (FIRE, FIRE.replace("12", "15")),
        (FIRE, FIRE.replace(" 12", "")),
        (FIRE, FIRE.replace("Monday", "Sunday")),
        (FIRE, FIRE.replace(" on Monday", "")),
        (FIRE, FIRE.replace("Moss", "Oslo")),
        (FIRE, FIRE.replace(" of Moss", "")),
        (FIRE, FIRE.replace("hurt", "did not hurt")),
        (FIRE, FIRE.replace("hurt", "may have hurt")),
        (FIRE.replace("12", "dozens of"), FIRE.replace("12", "some")),
        (PLAN.replace("will sign", "signed"), PLAN),
        (FIRE.replace("hurt", "killed"), FIRE),
        (WHO, WHO.replace("closed", "opened")),
        (CHESS.replace("Schools", "Lindqvist and others"), CHESS.replace("Schools", "Teachers and others")),
        (QUOTE, QUOTE.replace("great", "small")),
        (QUOTE, QUOTE.replace("“", "").replace("”", "").replace("great ", "")),
        (WHO, WHO.replace("Anna Berg said", "The mayor said")),
        (WHO, WHO.replace("all ships", "ships")),
        (WHO, "The port of Moss was closed to all ships on Friday, the police told Anna Berg."),
        ("Moss beat Oslo at chess in the country.", "Oslo beat Moss at chess in the country."),
    ],
)
def test_an_update_does_not_follow(claim: str, known: str) -> None:
    assert follows(known, known)
    assert not follows(claim, known)


def test_a_claim_must_follow_from_one_sentence() -> None:
    assert not follows(f"{FIRE[:-1]}, and {CHESS}", FIRE, CHESS)


def test_what_is_too_long_to_be_a_sentence_says_nothing() -> None:
    again = f"{FIRE[:-1]} and "
    assert follows(FIRE, f"{again * 9}{FIRE}")
    assert not follows(FIRE, f"{again * 30}{FIRE}")


def test_the_closest_sentence_is_told_by_the_first_text_that_has_it() -> None:
    known = known_of("It rained.", BLAZE, f"{CHESS} {FIRE}", FIRE)
    entry = known.support(FIRE, ENCODER.encode([FIRE])[0])
    assert entry
    assert (known.texts[entry.sentence], known.indices[entry.sentence], entry.score) == (FIRE, 2, 1.0)


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
    found = news_of("He hurt twelve men.", told=(["He hurt twelve men at the port.", CHESS],))
    assert not found.known
    assert [item.representative for item in found.ranked if item.representative is None] == [None]


@given(st.lists(st.sampled_from([*TOLD, BLAZE]) | TEXTS, max_size=6), st.randoms())
def test_the_order_of_the_background_decides_nothing_but_the_index(texts: list[str], random: object) -> None:
    turned = sorted(texts, key=lambda _: random.random())  # type: ignore[attr-defined]
    one, other = (news_of(*order, told=([FIRE, CHESS], [BLAZE, BRIDGE])) for order in (texts, turned))
    assert one.ranked == other.ranked
    assert [(item.ranked, item.score) for item in one.known] == [
        (item.ranked, item.score) for item in other.known
    ]
    for item in one.known:
        assert texts[item.background_index].strip()


@given(st.lists(SENTENCES, min_size=1, max_size=3).filter(any), st.data())
def test_clusters_are_told_or_known_and_none_is_lost(told: list[list[str]], data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from([text for article in told for text in article]), max_size=5))
    known = known_of(*texts, told=tuple(told))
    ranked = rank(known.story, cluster(known.story, 0.45), ENCODER.encode([]), independent(len(told)))
    found = news(ranked, known, ENCODER)
    clusters = [item.cluster.id for item in found.ranked] + [item.ranked.cluster.id for item in found.known]
    assert sorted(clusters) == sorted(item.cluster.id for item in ranked)
