from __future__ import annotations

import itertools
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from service import neighbours
from service.stages.cluster import cluster
from tests.unit.service.fakes import SENTENCES, story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Span
    from service.similarity import Story

THRESHOLD = 0.45
STORIES = st.lists(SENTENCES, min_size=1, max_size=4).filter(any)
FILLER = ["Berg went to Oslo by train.", "It rained in the hills.", "Schools were open."]
FIRE = "The fire at the port hurt 12 men on Monday."


def groups(story: Story, threshold: float = THRESHOLD) -> list[tuple[int, ...]]:
    return [found.members for found in cluster(story, threshold) if len(found.members) > 1]


def test_sentences_that_state_the_same_are_together() -> None:
    story = story_of(
        [FIRE, *FILLER], ["On Monday 12 men were hurt in a fire at the port.", "The mayor resigned."]
    )
    (found,) = (item for item in cluster(story, THRESHOLD) if len(item.members) > 1)
    assert found.members == (0, 4)
    assert found.articles == 2
    assert found.similarities[0] == pytest.approx(1.0, abs=1e-5)


def test_two_sentences_of_one_article_are_one_article() -> None:
    (found, *_) = cluster(story_of([FIRE, FIRE, *FILLER]), THRESHOLD)
    assert (found.members, found.articles) == ((0, 1), 1)


@pytest.mark.parametrize(
    "other",
    [
        "The fire at the port hurt 13 men on Monday.",
        "The fire at the port hurt 12 men on Tuesday.",
        "The fire at the port never hurt 12 men on Monday.",
    ],
)
def test_sentences_that_disagree_are_apart_however_close_they_are(other: str) -> None:
    assert groups(story_of([FIRE, *FILLER], [other])) == []


@pytest.mark.parametrize(
    "other",
    [
        "The fire at the port hurt 12 men on Monday, which did not surprise Berg.",
        "The fire at the port, which may have cost $5 million, hurt 12 men on Monday.",
    ],
)
def test_what_else_a_sentence_denies_or_doubts_does_not_keep_it_apart(other: str) -> None:
    assert groups(story_of([FIRE, *FILLER], [other])) == [(0, 4)]


def test_names_in_swapped_roles_are_apart() -> None:
    left, right = "Then Russia may help Korea with ships.", "Then Korea may help Russia with ships."
    assert groups(story_of([left, *FILLER], [right])) == []
    assert groups(story_of([left, *FILLER], [left])) == [(0, 4)]


def test_a_sentence_that_fits_two_that_disagree_joins_one_of_them_only() -> None:
    vague = "The fire at the port hurt men on Monday."
    story = story_of([FIRE, *FILLER], [vague], [FIRE.replace("12", "13")])
    assert groups(story) in ([(0, 4)], [(4, 5)])


def test_the_least_similarity_decides() -> None:
    story = story_of([FIRE, *FILLER], ["The fire at the port was out."])
    closest = float(story.rows(0, 1)[0, 4])
    assert groups(story, closest - 0.01) == [(0, 4)]
    assert groups(story, closest + 0.01) == []


@given(STORIES, st.floats(0.05, 0.95))
def test_every_sentence_is_in_one_cluster_of_sentences_that_are_close_and_agree(
    told: list[list[str]], threshold: float
) -> None:
    story = story_of(*told)
    clusters = cluster(story, threshold)
    members = [index for found in clusters for index in found.members]
    assert sorted(members) == list(range(len(story.sentences)))
    assert [found.id for found in clusters] == list(range(1, len(clusters) + 1))
    assert [found.members[0] for found in clusters] == sorted(found.members[0] for found in clusters)
    for found in clusters:
        assert found.members == tuple(sorted(found.members))
        assert found.articles == len({story.sentences[index].source for index in found.members})
        for left, right in itertools.combinations(found.members, 2):
            assert not story.facts[left].disagree(story.facts[right])
            assert story.between([left, right])[0, 1] >= threshold - 1e-5


@given(st.data())
def test_the_order_of_articles_does_not_matter(data: st.DataObject) -> None:
    told = data.draw(STORIES)
    order = data.draw(st.permutations(range(len(told))))
    assume(is_clear(story_of(*told)))
    assert claims(told, range(len(told))) == claims(told, order)


def claims(told: list[list[str]], order: Sequence[int]) -> set[frozenset[tuple[int, Span]]]:
    """Return the clusters of articles in some order, each sentence by its article and span."""
    story = story_of(*(told[source] for source in order))
    return {
        frozenset(
            (order[story.sentences[index].source], story.sentences[index].span) for index in found.members
        )
        for found in cluster(story, THRESHOLD)
    }


def is_clear(story: Story) -> bool:
    """Tell whether no two pairs are equally close, nor one as close as the threshold."""
    count = len(story.sentences)
    pairs = np.sort(story.rows(0, count)[np.triu_indices(count, 1)])
    gaps = np.diff(np.append(pairs[pairs > THRESHOLD - 1e-4], THRESHOLD), prepend=0.0)
    return bool((np.abs(gaps) > 1e-4).all())


def reports(count: int) -> list[str]:
    """Return distinct sentences, about every third of which says what another one says."""
    random = Random(11)  # noqa: S311  not for secrets
    subjects = [f"{first}{last}" for first in ("Al", "Ber", "Cor", "Dor") for last in ("gard", "lin", "mund")]
    objects = [f"{kind} {place}" for kind in ("bridge", "school", "tunnel") for place in subjects]
    verbs = ["closed", "opened", "visited", "praised", "bought", "painted"]
    found: dict[str, None] = {}
    while len(found) < count:
        who, what, verb = random.choice(subjects), random.choice(objects), random.choice(verbs)
        extra = " ".join(random.sample(["quietly", "again", "slowly", "gladly", "early", "alone"], 2))
        found[f"Mayor {who} {verb} {what} {extra}."] = None
    return list(found)


def test_a_large_story_has_the_clusters_of_an_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [reports(2_000)[start : start + 40] for start in range(0, 2_000, 40)]
    exact = labels(story_of(*told))
    monkeypatch.setattr(neighbours, "_EXACT", 0)
    near = labels(story_of(*told))
    assert 100 < len(set(exact)) < 1_900
    assert adjusted_rand_score(exact, near) >= 0.98


def labels(story: Story) -> list[int]:
    found = [0] * len(story.sentences)
    for item in cluster(story, 0.7):
        for member in item.members:
            found[member] = item.id
    return found
