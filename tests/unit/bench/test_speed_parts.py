from __future__ import annotations

import json
from mmap import mmap
from typing import TYPE_CHECKING

import pytest

from bench.corpora.shared import CorpusMissing
from bench.speed import costs, peer_articles, peers, pile, redundancy, redundancy_child, sentences, stages
from bench.speed.costs import CostRow
from bench.speed.filters import FILTERS
from bench.speed.redundancy import FilterRow
from service.domain import Article, Job
from service.ports import Models
from tests.unit.service.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.ports import DraftRequest

_TEXTS = (
    "The mayor of Leeds resigned on Friday over the bridge contract.",
    "Three people were hurt when a tram left its rails in the north of the city.",
    "A new library opened beside the river after nine years of building.",
)


class FirstSource:
    """A drafter that copies its first source."""

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        return [request.sources[0] for request in requests]


def test_every_stage_has_its_time() -> None:
    text = " ".join(_TEXTS)
    job = Job((Article("a", text), Article("b", text)))
    found = stages.timed_stages(job, Models(WordEncoder(), FirstSource(), lambda: None))
    assert tuple(found) == stages.ORDER
    assert all(seconds > 0 for seconds in found.values()), found


def test_shares_are_of_each_request() -> None:
    runs = [dict.fromkeys(stages.ORDER, 0.0) | {"draft": 3.0, "rest": 1.0}]
    runs.append(dict.fromkeys(stages.ORDER, 0.0) | {"draft": 1.0, "rest": 1.0})
    (draft,) = [row for row in stages.rows(runs) if row.stage == "draft"]
    assert (draft.seconds, draft.share) == ((3.0, 1.0), 0.625)


def test_ratios_are_within_a_round() -> None:
    found = {"newsweave": (2.0, 4.0, 5.0), "map-reduce": (10.0, 12.0)}
    own, other = peers.rows(5, 1_000, found)
    assert (own.ratios, other.ratios) == ((1, 1, 1), (5, 3))


def test_articles_of_the_seeds_stand_in_for_those_that_are_missing(folder: Path) -> None:
    supply = peer_articles.supply()
    assert supply.sizes == (2, 5)
    assert str(folder) in supply.about


def test_growth_is_told_from_a_thousand_sentences_on() -> None:
    rows = [
        FilterRow("a", count, 1, (seconds,), (0,)) for count, seconds in ((100, 9), (1_000, 1), (10_000, 10))
    ]
    assert redundancy.exponents(rows) == {"exponent of a": pytest.approx(1)}


def test_the_filters_are_those_of_the_child() -> None:
    assert tuple(FILTERS) == redundancy.SYSTEMS


@pytest.mark.parametrize("name", redundancy.SYSTEMS)
def test_every_filter_puts_near_copies_together(name: str) -> None:
    texts = [*_TEXTS, _TEXTS[0].replace("on Friday ", "")]
    vectors = WordEncoder().encode(texts)
    assert FILTERS[name](texts[:3], vectors[:3]) == 3
    if name != "semhash":  # by default it joins only what is nearly the same
        assert FILTERS[name](texts, vectors) == 3


def test_sentences_are_distinct_and_always_the_same(folder: Path) -> None:
    excerpts = {"documents": [{"text": f"{_TEXTS[0]} {_TEXTS[1]}"}, {"text": _TEXTS[0]}]}
    for name, record in zip(
        ("mds_neus_allsides/train.jsonl", "mds_summhay_news/documents.jsonl"),
        (excerpts, {"text": _TEXTS[2]}),
        strict=True,
    ):
        (folder / name).parent.mkdir()
        (folder / name).write_text(json.dumps(record) + "\n", "utf-8")
    texts, digest = sentences.distinct(3)
    assert set(texts) == set(_TEXTS)
    assert sentences.distinct(2) == (texts[:2], digest)
    with pytest.raises(ValueError, match="3 sentences, and 4"):
        sentences.distinct(4)


def test_a_pile_has_all_full_articles_and_no_article_twice(folder: Path) -> None:
    full = [{"id": number, "documents": [f"{_TEXTS[0]} {number}.", _TEXTS[1]]} for number in range(3)]
    excerpts = [{"id": 1, "documents": [{"text": text, "title": ""} for text in _TEXTS]}]
    for name, records in (
        ("mds_multinews_longbench/dev.jsonl", full),
        ("mds_neus_allsides/train.jsonl", excerpts),
        ("mds_neus_allsides/val.jsonl", excerpts),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    articles, count, data = pile.drawn(8)
    assert count == 6
    assert len({article.id for article in articles if "multinews" in article.id}) == 6
    assert len(articles) == 8
    assert pile.drawn(8) == (articles, count, data)
    assert pile.drawn(4)[1] == 4
    with pytest.raises(ValueError, match="12 articles, and 13"):
        pile.drawn(13)


def test_missing_sentences_are_told(folder: Path) -> None:
    with pytest.raises(CorpusMissing, match=str(folder)):
        sentences.distinct(1)


def test_the_peak_of_memory_is_seen_after_it_has_passed() -> None:
    redundancy_child.reset_peak()
    before = redundancy_child.resident_bytes("VmRSS")
    with mmap(-1, 50_000_000) as much:  # what was freed before is never used again for it
        much.write(b"1" * len(much))
    assert redundancy_child.resident_bytes("VmHWM") - before > 40_000_000


def test_articles_an_hour() -> None:
    rows = (CostRow("first request", "s", (99.0,)), CostRow("request", "s", (10.0, 30.0, 20.0)))
    assert costs.hourly(5, rows) == 900
