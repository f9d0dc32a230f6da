from __future__ import annotations

from pathlib import Path

from bench.corpora.seeds import load

SEEDS = Path(__file__).parents[3] / "seeds" / "pyongyang-2024"


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
