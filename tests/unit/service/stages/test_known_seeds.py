"""A sentence of the seeds is known to who has read it, and none that has changed since."""

from __future__ import annotations

import pytest

from bench.corpora import seeds
from bench.quality.alterations import alterations
from service.stages.known import Reader, background
from service.stages.split import split_plain

SEEDS = [seeds.load(folder) for folder in seeds.folders()]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_an_update_of_a_known_sentence_is_news_and_the_sentence_itself_is_not(
    seed: seeds.ArticleCluster,
) -> None:
    told = [sentence.text for sentence in split_plain(list(seed.texts.values()))]
    whole, updates = "\n".join(told), 0
    for text in dict.fromkeys(told):
        before = Reader(background(split_plain([text])), (None,))
        assert before.knows(text, [0]) == 0
        for change in alterations(text, whole):
            updates += 1
            assert before.knows(change.text, [0]) is None, change.kind
            after = Reader(background(split_plain([change.text])), (None,))
            assert after.knows(text, [0]) is None, change.kind
    assert updates > 100
