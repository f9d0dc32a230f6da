"""The articles that ship with the project, and what they are known to disagree on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import manifest, store
from models.encoder import Encoder
from service.domain import Article, Cluster, ConflictStatus, Encoded, SummaryOptions
from service.settings import Settings
from service.similarity import story as story_of
from service.stages.clean import clean
from service.stages.compare import compare
from service.stages.split import split

SEEDS = Path(__file__).parents[4] / "seeds" / "pyongyang-2024"


@pytest.mark.weights
def test_both_known_disagreements_are_found_and_nothing_else_is_called_a_conflict() -> None:
    settings = Settings()
    encoder = Encoder(store.locate(manifest.load(settings.encoder), settings.weights_dir))
    sent = tuple(Article(path.stem, path.read_bytes().decode()) for path in sorted(SEEDS.glob("*.txt")))
    sentences = split(clean(sent, SummaryOptions(), settings.max_article_characters))
    vectors = encoder.encode([sentence.text for sentence in sentences], lambda: None)
    story = story_of(Encoded(tuple(sentences), vectors), lambda: None)
    clusters = [Cluster(index + 1, (index,), (1.0,), 1) for index in range(len(sentences))]
    found = {}
    for dispute in compare(story, clusters, sent):
        indices = [index for value in dispute.values for index in value.sentences]
        found[frozenset(sent[sentences[index].source].id for index in indices)] = dispute
    expected = json.loads((SEEDS / "expectations.json").read_bytes())["disagreements"]
    arrival, founding = (found.pop(frozenset(item["articles"])) for item in expected)
    told = [{value.value for value in dispute.values} for dispute in (arrival, founding)]
    assert told == [{"Tuesday evening", "Wednesday morning", "late at night"}, {"late 1940s", "the 1950s"}]
    assert arrival.status is ConflictStatus.POSSIBLY_RECONCILABLE
    assert founding.status is ConflictStatus.CONFLICT
    assert not [dispute for dispute in found.values() if dispute.status is ConflictStatus.CONFLICT]
