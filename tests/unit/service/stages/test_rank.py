from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Origin, OriginLink, OriginReason, Origins, Sentence, Span
from service.language.fluency import vocabulary_of
from service.stages import rank as rank_stage
from service.stages.cluster import cluster
from service.stages.rank import rank, stands_alone
from tests.unit.service.fakes import SENTENCES, WordEncoder, independent, story_of

if TYPE_CHECKING:
    from service.domain import Ranked, Vectors

NO_TITLES = WordEncoder().encode([])
FIRE = "The fire at the port hurt twelve men on Monday."
LATE = "On Monday a fire at the port hurt twelve men, the police in Oslo said after a long night."
OTHERS = ["Schools across the country teach chess to children.", "The mayor opened a bridge over the river."]


def ranked(*told: list[str], titles: Vectors = NO_TITLES) -> tuple[tuple[Ranked, ...], list[str]]:
    story = story_of(*told)
    return rank(story, cluster(story, 0.45), titles, independent(len(told))), [
        sentence.text for sentence in story.sentences
    ]


def texts(*told: list[str], titles: Vectors = NO_TITLES) -> list[str]:
    """Return the representatives by falling salience."""
    found, sentences = ranked(*told, titles=titles)
    return [sentences[item.representative] for item in found if item.representative is not None]


def usable(text: str) -> bool:
    return stands_alone(Sentence(0, Span(0, len(text)), text, 0.0), vocabulary_of([text]))


def test_what_all_articles_state_matters_most() -> None:
    assert (
        texts([OTHERS[0], FIRE], [OTHERS[1], FIRE], ["Berg sang an old song on the radio.", FIRE])[0] == FIRE
    )


def test_what_other_articles_say_otherwise_matters_as_well() -> None:
    other = FIRE.replace("twelve", "thirteen")
    songs = [
        "Anna Berg of NATO sang 12 songs in Oslo in May.",
        "Bela Csonka of UNICEF ate 40 eels in Rome in June.",
    ]
    assert set(texts([songs[0], FIRE], [songs[1], other])[:2]) == {FIRE, other}


def test_copies_add_nothing_unless_there_is_nothing_else() -> None:
    links = (OriginLink(0, 1, OriginReason.NEAR_DUPLICATE, 1.0),)
    story = story_of([OTHERS[0], FIRE], [OTHERS[0]], [OTHERS[1], FIRE])
    clusters = cluster(story, 0.45)

    def best(origins: Origins) -> float:
        found = rank(story, clusters, NO_TITLES, origins)
        return {story.sentences[item.cluster.members[0]].text: item.salience for item in found}[OTHERS[0]]

    copies = Origins((Origin(1, (0, 1), links), Origin(2, (2,), ())))
    assert best(copies) < best(independent(3)) - 0.1
    one = Origins((Origin(1, (0, 1, 2), (*links, OriginLink(0, 2, OriginReason.SAME_PUBLISHER, 0.0))),))
    assert best(one) == best(independent(3))


def test_what_comes_first_matters_more_than_what_comes_last() -> None:
    assert texts([OTHERS[0], *["It rained."] * 3, OTHERS[1]])[0] == OTHERS[0]
    assert texts([OTHERS[1], *["It rained."] * 3, OTHERS[0]])[0] == OTHERS[1]


def test_what_is_close_to_a_title_is_fit_to_open() -> None:
    told = [[*OTHERS, FIRE]]
    for wanted in told[0]:
        found, sentences = ranked(*told, titles=WordEncoder().encode([wanted] * 20))
        best = max(found, key=lambda item: item.lead)
        assert sentences[best.cluster.members[0]] == wanted


def test_short_sentences_are_held_back() -> None:
    short = "NATO sent 12 Norwegian ships to Oslo."
    assert texts([short, *OTHERS, LATE])[-1] == short


def test_what_is_in_capitals_speaks_for_nothing_that_is_also_in_ordinary_letters() -> None:
    assert texts([FIRE.upper(), OTHERS[0]], [FIRE, OTHERS[1]])[0] == FIRE


def test_a_claim_of_which_no_sentence_stands_alone_has_no_representative() -> None:
    found, sentences = ranked(["He hurt twelve men at the port on Monday.", *OTHERS])
    left_out = [item for item in found if item.representative is None]
    assert [sentences[item.cluster.members[0]] for item in left_out] == [
        "He hurt twelve men at the port on Monday."
    ]
    assert left_out[0].lead == 0.0


def test_a_member_that_stands_alone_speaks_for_one_that_does_not() -> None:
    assert FIRE in texts(["However, it hurt twelve men at the port on Monday.", *OTHERS], [FIRE])


@pytest.mark.parametrize(
    "text",
    [
        FIRE,
        "However, the fire at the port hurt twelve men.",
        "“The port will be closed,” the mayor of the city told reporters on Monday.",
    ],
)
def test_whole_sentences_stand_alone(text: str) -> None:
    assert usable(text)


@pytest.mark.parametrize(
    "text",
    [
        "The port was closed.",
        f"The port {'was closed and ' * 20}was closed.",
        "The fire at the port hurt twelve men",
        "The fire at the port hurt twelve men...",
        "The fire at the port hurt how many men?",
        "the fire at the port hurt twelve men.",
        "It hurt twelve men at the port on Monday.",
        "“The port will be closed for a week and all ships must leave,” the mayor said.",
        "Home | The fire at the port hurt twelve men.",
    ],
)
def test_others_do_not(text: str) -> None:
    assert not usable(text)


@given(st.lists(SENTENCES, min_size=1, max_size=4).filter(any), st.integers(0, 2))
def test_every_cluster_is_ranked_once_by_falling_salience(told: list[list[str]], titles: int) -> None:
    story = story_of(*told)
    clusters = cluster(story, 0.45)
    found = rank(
        story, clusters, WordEncoder().encode(["The fire at the port"] * titles), independent(len(told))
    )
    assert sorted((item.cluster for item in found), key=lambda item: item.id) == list(clusters)
    assert [item.salience for item in found] == sorted((item.salience for item in found), reverse=True)
    vocabulary = vocabulary_of(sentence.text for sentence in story.sentences)
    for item in found:
        assert -1e-6 <= item.salience <= 1 + 1e-6
        assert -1e-6 <= item.lead <= 1 + 1e-6
        able: list[int | None] = [
            index for index in item.cluster.members if stands_alone(story.sentences[index], vocabulary)
        ]
        assert item.representative in (able or [None])
        scores = dict(zip(item.cluster.members, item.scores, strict=True))
        assert [index for index, score in scores.items() if score is not None] == able
        if item.representative is not None:
            assert scores[item.representative] == max(score for score in scores.values() if score is not None)


def test_the_shape_of_no_titles_is_that_of_some() -> None:
    assert NO_TITLES.shape == (0, *WordEncoder().encode(["a"]).shape[1:])
    assert np.isfinite([item.salience for item in ranked([FIRE])[0]]).all()


@given(st.lists(SENTENCES, min_size=2, max_size=4).filter(lambda told: sum(map(bool, told)) > 1))
def test_support_is_the_mean_over_the_other_articles_of_their_closest_sentences(
    told: list[list[str]],
) -> None:
    story = story_of(*told)
    sources = np.array([sentence.source for sentence in story.sentences])
    support = np.vstack([block for _, block in story.support_blocks()])
    articles = np.unique(sources)
    expected = [
        np.mean(
            [
                np.clip((row[sources == article].max() - 0.2) / 0.3, 0.0, 1.0)
                for article in articles
                if article != source
            ]
        )
        for row, source in zip(support, sources, strict=True)
    ]
    parts = rank_stage._parts(story, NO_TITLES, sources)
    assert parts["support"] == pytest.approx(expected, abs=1e-5)
