from __future__ import annotations

import json
import re
from pathlib import Path

from bench.corpora.seeds import folder, folders, load

SEEDS = Path(__file__).parents[3] / "seeds" / "pyongyang-2024"
PAGES = folder("harrowmouth-2025")


def test_the_seeds_are_read_byte_for_byte() -> None:
    cluster = load(SEEDS)
    assert len(cluster.texts) == 5
    for name, text in cluster.texts.items():
        assert text.encode() == (SEEDS / f"{name}.txt").read_bytes()


def test_expectations_find_facts_and_trespasses() -> None:
    expectations = load(SEEDS).expectations
    text = "It was the first visit in 24 years.\nPHOTO: a cookie."
    assert expectations.found(text) == ["first-visit-in-24-years"]
    assert expectations.trespasses(text) == ["cookie", "^photo:"]


def test_pages_are_sent_as_they_are_and_read_as_the_service_reads_them() -> None:
    cluster = load(PAGES)
    assert set(cluster.pages) == {"courier", "daily-lantern", "evening-standpoint"}
    assert list(cluster.texts) == sorted(path.stem for path in PAGES.iterdir() if path.suffix != ".json")
    assert {article.id for article in cluster.sent() if article.html} == set(cluster.pages)
    assert cluster.pages["courier"].encode() == (PAGES / "courier.html").read_bytes()
    assert "Nobody was killed." in cluster.texts["courier"]
    assert "<p>" not in cluster.texts["courier"]


def test_peers_are_measured_on_clusters_that_they_can_read() -> None:
    assert folders() == [SEEDS]


def test_every_article_that_is_said_to_state_a_fact_states_it() -> None:
    raw = json.loads((PAGES / "expectations.json").read_bytes())
    texts, expectations = load(PAGES).texts, load(PAGES).expectations
    for fact in raw["key_facts"]:
        stating = [name for name, text in texts.items() if fact["id"] in expectations.found(text)]
        assert set(fact["articles"]) == set(stating), fact["id"]
    for dispute in raw["disagreements"]:
        told = " ".join(texts[name] for name in dispute["articles"])
        assert all(re.search(value, told, re.IGNORECASE) for value in dispute["values"])
