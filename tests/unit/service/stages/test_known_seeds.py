"""A sentence of the seeds is known to who has read it, and none whose number or date has changed since."""

from __future__ import annotations

import pytest

from bench.corpora import seeds
from bench.quality.alterations import alterations
from service.language.words import word_count
from service.stages.known import Background, background
from service.stages.split import split_plain
from tests.unit.service.fakes import WordEncoder, story_of

ENCODER = WordEncoder()
SEEDS = [seeds.load(folder) for folder in seeds.folders()]
EXACT = {"number", "date"}
LEAST_WORDS = 6


@pytest.fixture(params=SEEDS, ids=lambda seed: seed.name)
def seed(request: pytest.FixtureRequest) -> seeds.ArticleCluster:
    assert isinstance(request.param, seeds.ArticleCluster)
    return request.param


def test_an_update_of_a_known_sentence_is_news_and_the_sentence_itself_is_not(
    seed: seeds.ArticleCluster,
) -> None:
    told = [sentence.text for sentence in split_plain(list(seed.texts.values()))]
    story, whole = story_of(told), "\n".join(told)
    updates = 0

    def knows(known: Background, claim: str) -> bool:
        return known.support(claim, ENCODER.encode([claim])[0]) is not None

    for text in dict.fromkeys(told):
        before = background(split_plain([text]), story, ENCODER, 0.8)
        if len(before.texts) != 1 or word_count(text) < LEAST_WORDS:
            continue
        assert knows(before, text)
        for change in alterations(text, whole):
            if change.kind in EXACT:
                updates += 1
                assert not knows(before, change.text)
                after = background(split_plain([change.text]), story, ENCODER, 0.8)
                assert not knows(after, text)
    assert updates > 20
