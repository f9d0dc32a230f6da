from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpora import piles
from bench.corpora.clusters import Text
from bench.corpora.shared import CorpusMissing
from bench.measures.bcubed import bcubed
from bench.quality import digests
from bench.quality.piles import finders, opening
from tests.unit.bench.corpus import write

if TYPE_CHECKING:
    from pathlib import Path

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)
PAGE = "Home\nNews\nSign up for our newsletter\nAll rights reserved."


def test_the_example_of_two_groups_of_which_one_took_in_another() -> None:
    found = bcubed("aaabb", [1, 1, 2, 1, 2])

    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 2 + 1 / 3 + 1 / 2) / 5)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)


def test_all_alone_is_precise_and_all_together_is_complete() -> None:
    alone, together = bcubed("aabb", range(4)), bcubed("aabb", "xxxx")

    assert (alone.precision, alone.recall) == (1.0, 0.5)
    assert alone.f1 == pytest.approx(2 / 3)
    assert (together.precision, together.recall) == (0.5, 1.0)


@given(LABELS)
def test_groups_agree_with_themselves_and_each_way_round(labels: list[tuple[int, int]]) -> None:
    gold, found = zip(*labels, strict=True)
    one, other = bcubed(gold, found), bcubed(found, gold)

    assert bcubed(gold, [f"other {label}" for label in gold]).f1 == pytest.approx(1.0)
    assert (one.precision, one.recall) == (other.recall, other.precision)
    assert 0 < one.f1 <= 1.0 + 1e-9


def _told(name: str) -> list[str]:
    """Return two articles about one event, in words that no other event has."""
    words = [f"{name}{letter}" for letter in "abcdefgh"]
    return [f"The {' '.join(words)} came on Monday.", f"On Monday the {' '.join(reversed(words))} went."]


@pytest.fixture
def corpora(folder: Path) -> Path:
    full = [{"id": f"f{number}", "documents": _told(f"full{number}x")} for number in range(12)]
    for half in ("train", "val"):
        excerpts = [
            {
                "id": f"{half}{number}",
                "documents": [{"title": "", "text": text} for text in _told(f"{half}{number}x")],
            }
            for number in range(12)
        ]
        write(folder, f"mds_neus_allsides/{half}.jsonl", *excerpts)
    write(folder, "mds_multinews_longbench/dev.jsonl", *full)
    return folder


@pytest.mark.usefixtures("corpora")
def test_a_pile_is_mixed_of_both_corpora_and_the_same_each_time() -> None:
    held_out = piles.source()
    pile = held_out.pile(10, seed=1)

    assert len(set(pile.events)) == 10
    assert sum(event.startswith("multinews/") for event in pile.events) == 10  # five events of two articles
    assert len({article.id for article in pile.articles}) == len(pile.articles) == len(pile.events) == 20
    assert pile == held_out.pile(10, seed=1) != held_out.pile(10, seed=2)


@pytest.mark.usefixtures("corpora")
def test_every_second_event_can_be_told_by_one_article_alone() -> None:
    pile = piles.source().pile(10, seed=1, alone=True)

    assert sorted(pile.events.count(event) for event in set(pile.events)) == [1] * 5 + [2] * 5


@pytest.mark.usefixtures("corpora")
def test_nothing_is_measured_on_what_was_developed_with() -> None:
    halves = [piles.source(half) for half in ("development", "held out")]
    texts = [
        {article.text for event in (*half.full, *half.excerpts) for article in event.articles}
        for half in halves
    ]

    assert len(texts[0]) == len(texts[1]) == 2 * (6 + 12)
    assert not texts[0] & texts[1]
    assert halves[0].sha256 != halves[1].sha256


@pytest.mark.usefixtures("corpora", "word_encoder")
def test_every_system_is_measured_on_the_same_piles() -> None:
    rows = {row.system: row for row in digests.TASKS["piles-10"](2)}

    assert set(rows) == {finder.name for finder in finders()}
    assert {row.items for row in rows.values()} == {2}
    assert rows["newsweave"].figures["B-cubed F1"].value > 0.8
    alone = rows["each article alone"].figures
    assert (alone["B-cubed precision"].value, alone["B-cubed recall"].value) == (1.0, 0.5)
    assert rows["tf-idf, average linkage"].figures["B-cubed F1"].value == 1.0
    assert "chosen:best-on-this-set" in rows["tf-idf, average linkage"].signature
    assert "threshold" not in rows["newsweave"].signature


def test_a_page_without_an_article_is_left_out() -> None:
    assert opening(Text("page", PAGE)) is None
    assert opening(Text("news", "The fire at the port of Oslo hurt 12 men on Monday.", "Fire")) is not None


@pytest.mark.usefixtures("folder")
def test_missing_corpora_are_told() -> None:
    with pytest.raises(CorpusMissing):
        list(digests.TASKS["piles-50"](None))
