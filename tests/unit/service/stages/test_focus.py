from __future__ import annotations

import pytest
from hypothesis import given

from service.domain import News, Ranked, SummaryOptions
from service.stages.cluster import cluster
from service.stages.focus import focus
from service.stages.plan import plan
from service.stages.rank import rank
from tests.unit.service.fakes import TEXTS, WordEncoder, independent, story_of

ENCODER = WordEncoder()
FIRE = "The fire at the port of Moss hurt 12 men on Monday."
CHESS = "Schools across the country teach chess to children."
BRIDGE = "The mayor of Moss opened a bridge over a river."
SONG = "Anna Berg sang an old song on the radio."
STORY = story_of([FIRE, BRIDGE, CHESS, SONG], [FIRE, BRIDGE], [FIRE])
RANKED = rank(STORY, cluster(STORY, 0.45), ENCODER.encode([]), independent(3))


def focused(query: str, threshold: float = 0.32) -> News:
    return focus(RANKED, STORY, query, ENCODER.encode([query])[0], threshold)


def texts(ranked: tuple[Ranked, ...]) -> list[str]:
    return [STORY.sentences[item.cluster.members[0]].text for item in ranked]


@pytest.mark.parametrize(
    ("query", "wanted"), [("Where do children learn chess?", CHESS), ("songs of Anna Berg", SONG)]
)
def test_what_was_asked_for_comes_first_and_leads(query: str, wanted: str) -> None:
    assert texts(RANKED)[0] == FIRE
    found = focused(query)
    assert found.is_answered
    assert texts(found.ranked)[0] == wanted
    (item,) = plan(found.ranked, STORY, SummaryOptions(max_sentences=1), 0.6).items
    assert item.sentence == wanted


def test_what_matters_still_weighs_among_what_is_as_relevant() -> None:
    assert texts(focused("the mayor of Moss").ranked)[:2] == [BRIDGE, FIRE]


@pytest.mark.parametrize("query", ["interest rates of central banks", "?", "\x00\u202e", "漢字", "of the"])
def test_without_an_answer_all_stays_as_it_is(query: str) -> None:
    assert focused(query) == News(RANKED, is_answered=False)


def test_a_claim_that_cannot_stand_alone_answers_nothing() -> None:
    story = story_of([FIRE, "They teach him chess in all schools of the country."])
    ranked = rank(story, cluster(story, 0.45), ENCODER.encode([]), independent(1))
    assert not focus(ranked, story, "chess", ENCODER.encode(["chess"])[0], 0.32).is_answered


@given(TEXTS)
def test_no_query_loses_a_cluster_or_leaves_the_range(query: str) -> None:
    found = focused(query, 0.0)
    assert {item.cluster.id for item in found.ranked} == {item.cluster.id for item in RANKED}
    for item in found.ranked:
        assert 0 <= item.salience <= 1
        assert 0 <= item.lead <= 1
