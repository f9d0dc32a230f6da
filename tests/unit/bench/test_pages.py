from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.corpora import pages, pairs
from bench.corpora.shared import CorpusMissing
from bench.measures.bootstrap import Estimate
from bench.quality import cleaning
from bench.quality.peers_cleaning import PEERS
from tests.unit.bench.corpus import write

if TYPE_CHECKING:
    from pathlib import Path

PROSE = "The mayor of the town said on Monday that the bridge would open to traffic in May."
MENU = ["Home", "News", "Sport", "Weather", "Contact us"]


def zyte(name: str, body: str) -> dict[str, object]:
    return {"id": name, "lines": [*([0, line] for line in MENU), [1, body], [-1, "By A. Berg"]]}


def test_a_missing_corpus_is_told_apart_from_an_empty_one(folder: Path) -> None:
    with pytest.raises(CorpusMissing, match=str(folder)):
        pages.zyte()


def test_labels_are_read_with_their_lines(folder: Path) -> None:
    write(folder, "boiler_zyte_aeb/dev.jsonl", zyte("a", PROSE))
    ((page,), digest) = pages.zyte()

    assert page.lines == (*MENU, PROSE, "By A. Berg")
    assert page.labels == (*[False] * 5, True, None)
    assert len(digest) == 64


def test_only_english_articles_are_english(folder: Path) -> None:
    german = "Der Bürgermeister sagte gestern, dass die Brücke bald geöffnet wird."
    write(folder, "boiler_zyte_aeb/dev.jsonl", zyte("a", PROSE), zyte("b", german))

    assert {page.id: page.is_english for page in pages.zyte()[0]} == {"a": True, "b": False}


def test_the_order_of_items_depends_on_their_ids_alone(folder: Path) -> None:
    records = [zyte(str(number), PROSE) for number in range(9)]
    write(folder, "boiler_zyte_aeb/dev.jsonl", *records)
    first = [page.id for page in pages.zyte()[0]]
    write(folder, "boiler_zyte_aeb/dev.jsonl", *reversed(records))

    assert [page.id for page in pages.zyte()[0]] == first != sorted(first)


def test_cleaning_is_scored_by_the_words_of_lines(folder: Path) -> None:
    write(folder, "boiler_zyte_aeb/dev.jsonl", zyte("a", PROSE))
    rows = {row.system: row for row in cleaning.TASKS["zyte"](None)}

    # All lines but the mixed one: 17 words of the article and 6 of the menu.
    kept = rows["keep everything"].figures["precision"]
    assert kept.value == pytest.approx(17 / 23)
    assert rows["lines of ten words"].figures["F1"] == Estimate(1.0, 1.0, 1.0)
    assert rows["newsweave"].figures["recall"].value == 1.0
    assert "settings:" in rows["newsweave"].signature
    assert "jusText:" in rows["justext"].signature


def test_cleaning_is_scored_by_pieces_that_are_found(folder: Path) -> None:
    write(
        folder,
        "boiler_trafilatura/dev.jsonl",
        {
            "url": "a",
            "lines": [*MENU, "A  bridge for", "the town", PROSE],
            "with": ["bridge for the town", "The mayor of the town said", "not on the page"],
            "without": ["Weather Contact us"],
        },
    )
    rows = {row.system: row.figures for row in cleaning.TASKS["trafilatura"](None)}

    everything = rows["keep everything"]
    assert (everything["precision"].value, everything["recall"].value) == (2 / 3, 2 / 3)
    prose = rows["lines of ten words"]
    assert (prose["precision"].value, prose["recall"].value) == (1.0, 1 / 3)
    assert prose["F1"].value == pytest.approx(1 / 2)


def test_a_limit_takes_so_many_pages(folder: Path) -> None:
    write(folder, "boiler_zyte_aeb/dev.jsonl", *(zyte(str(number), PROSE) for number in range(4)))

    assert {row.items for row in cleaning.TASKS["zyte-english"](3)} == {3}


def test_justext_judges_every_line_in_its_place() -> None:
    peer = next(peer for peer in PEERS if peer.name == "justext")
    long = " ".join([PROSE] * 4)

    assert peer.keeps(["Home & <b>away</b>", long, " ", "Contact"]) == [False, True, False, False]
    assert peer.keeps([long]) == [True]


def test_pairs_are_read_with_their_grades(folder: Path) -> None:
    write(folder, "pairs_sts_news/dev.jsonl", {"set": "2013.headlines", "score": 4.5, "s1": "A", "s2": "B"})
    write(folder, "pairs_mrpc/val.jsonl", {"s1": "A", "s2": "B", "label": 1})

    assert pairs.sts()[0] == (pairs.Pair("0", "A", "B", 4.5, "2013.headlines"),)
    assert pairs.mrpc()[0] == (pairs.Pair("0", "A", "B", 1.0),)
