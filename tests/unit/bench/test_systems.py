from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.corpora.clusters import Cluster, Text
from bench.systems import extractive
from bench.systems.output import Said
from bench.systems.prompted import fair_share
from bench.systems.sources import sentences, within

if TYPE_CHECKING:
    from bench.systems.extractive import Extractor

FIRST = (
    "The council closed the bridge on Monday after the flood. Engineers found cracks in two of its pillars."
)
SECOND = "A bridge was closed in the city on Monday, the council said. Traffic was sent through the old town."
CLUSTER = Cluster("c", (Text("one", FIRST), Text("two", SECOND)), 24)
SYSTEMS = [extractive.lead, extractive.centroid, extractive.lexrank, extractive.textrank]


def test_sentences_are_cited_from_where_they_stand() -> None:
    texts = {article.id: article.text for article in CLUSTER.articles}
    found = sentences(CLUSTER)

    assert len(found) == 4
    for sentence in found:
        (cited,) = sentence.said.citations
        assert texts[cited.article][cited.start : cited.end] == sentence.text


def test_the_budget_is_kept_and_what_is_too_long_is_passed_over() -> None:
    long, short = Said("one two three four five"), Said("one two three")

    assert list(within(5, [short, long, Said("six seven"), short])) == [short, Said("six seven")]


def test_leads_take_turns() -> None:
    said = extractive.lead(CLUSTER).said

    assert [sentence.citations[0].article for sentence in said] == ["one", "two"]
    assert said[0].text == FIRST[: FIRST.index(". ") + 1]


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_says_sentences_of_the_articles_within_the_budget(system: Extractor) -> None:
    output = system(CLUSTER)

    assert output.said
    assert len(output.text.split()) <= CLUSTER.words
    assert {sentence.text for sentence in output.said} <= {item.text for item in sentences(CLUSTER)}


@pytest.mark.parametrize("system", SYSTEMS)
def test_articles_of_nothing_give_nothing(system: Extractor) -> None:
    assert system(Cluster("c", (Text("a", "Home\nNews"),), 50)).said == ()


def test_only_the_longest_are_cut_and_all_fit() -> None:
    lengths = [10, 100, 300]
    cap = fair_share(lengths, 200)

    assert cap == 95
    assert sum(min(length, cap) for length in lengths) == 200
    assert fair_share(lengths, 500) == 300
