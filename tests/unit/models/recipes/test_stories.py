from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.recipes.claims import Claim, Cluster
from models.recipes.encoder.stories import story_of
from models.recipes.encoder.training import Stories, collator, contrast
from tests.unit.models.conftest import byte_tokenizer

CLOSED, SHUT, CRACKS, RAIN = (
    "The council closed the bridge.",
    "The bridge was shut by the council.",
    "It had cracks.",
    "Rain fell on the town.",
)
CLUSTER = Cluster(
    "a",
    (f"{CLOSED} {CRACKS}", f"{SHUT}\n{RAIN}"),
    (
        Claim((CLOSED, SHUT), (CRACKS,), ("The council shut the bridge.", "It is shut."), ()),
        Claim((CRACKS,), (), ("The bridge had cracks.",), ()),
    ),
    ((CRACKS, CLOSED), (CLOSED, SHUT)),
)


def texts_of(pairs: frozenset[tuple[int, int]], texts: tuple[str, ...]) -> set[frozenset[str]]:
    return {frozenset((texts[one], texts[other])) for one, other in pairs}


def test_a_story_holds_every_sentence_once() -> None:
    story = story_of(CLUSTER)

    assert sorted(story.texts) == sorted((CLOSED, SHUT, CRACKS, RAIN))
    assert texts_of(story.same, story.texts) == {frozenset((CLOSED, SHUT))}
    assert texts_of(story.alike, story.texts) == {frozenset((CRACKS, CLOSED))}


def test_a_merged_sentence_states_the_claim_of_several() -> None:
    story = story_of(CLUSTER, merged=True)
    merged = "The council shut the bridge."

    assert set(story.texts) == {CLOSED, SHUT, CRACKS, RAIN, merged}
    assert texts_of(story.same, story.texts) == {
        frozenset(pair) for pair in ((CLOSED, SHUT), (CLOSED, merged), (SHUT, merged))
    }


def test_a_batch_knows_the_place_of_every_sentence() -> None:
    tokenizer = byte_tokenizer()
    stories = [story_of(CLUSTER), story_of(CLUSTER, merged=True)]
    data = Stories(stories, tokenizer)
    batch = collator(tokenizer)([data[0], data[1]])
    rows = [
        row[mask == 1].tolist()
        for group in batch["groups"]
        for row, mask in zip(group["input_ids"], group["attention_mask"], strict=True)
    ]
    texts = [text for story in stories for text in story.texts]

    assert [rows[place] for place in batch["order"]] == tokenizer(texts)["input_ids"]
    first = len(stories[0].texts)
    assert all((one < first) == (other < first) for one, other in batch["pairs"].tolist())
    assert len(batch["pairs"]) == 4 * 3 // 2 + 5 * 4 // 2
    together = batch["pairs"][batch["labels"] == 1].tolist()
    assert {frozenset((texts[one], texts[other])) for one, other in together} == texts_of(
        stories[1].same, stories[1].texts
    )


def test_stories_that_teach_nothing_are_left_out() -> None:
    lone = Cluster("b", (RAIN,), (), ())

    assert len(Stories([story_of(lone), story_of(CLUSTER)], byte_tokenizer())) == 1


def vectors(*angles: float) -> torch.Tensor:
    found = torch.tensor(angles)
    return torch.stack([found.cos(), found.sin()], dim=1)


def test_contrast_weighs_a_pair_against_the_stranger_of_each() -> None:
    # Two that state one claim, 60 degrees apart; a stranger 90 degrees from one and 30 from the other.
    loss = contrast(vectors(0.0, math.pi / 3, math.pi / 2), torch.tensor([[0, 1]]), 1.0)

    expected = [math.log1p(math.exp(stranger - 0.5)) for stranger in (0.0, math.cos(math.pi / 6))]
    assert float(loss) == pytest.approx(sum(expected) / 2, abs=1e-5)


@given(st.floats(0.1, 1.4))
def test_contrast_falls_as_a_claim_comes_together(angle: float) -> None:
    def loss(apart: float) -> float:
        return float(contrast(vectors(0.0, apart, math.pi), torch.tensor([[0, 1]]), 0.5))

    assert loss(angle / 2) < loss(angle)
