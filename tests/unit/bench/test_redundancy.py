from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.quality import redundancy
from bench.quality.groupings import systems
from bench.quality.peers_similarity import PEERS
from bench.quality.similarities import ALONE, OURS
from tests.unit.bench.corpus import write

if TYPE_CHECKING:
    from pathlib import Path

FIRE = "The fire at the port of Oslo hurt 12 men on Monday."
MORE = "The fire at the port of Oslo hurt 13 men on Monday."
TEXTS = [FIRE, "Schools in the hills were open.", MORE, FIRE, "Ships waited in the bay."]


def similarities(name: str) -> list[float]:
    """Return how alike the first sentence is to the others."""
    system = next(peer for peer in (OURS, ALONE, *PEERS) if peer.name == name)
    return [float(found) for found in system.fit(TEXTS)(np.zeros(4, dtype=np.int64), np.arange(1, 5))]


@pytest.mark.usefixtures("word_encoder")
@pytest.mark.parametrize("name", [ALONE.name, *(peer.name for peer in PEERS)])
def test_every_similarity_is_highest_for_the_same_and_low_for_another_matter(name: str) -> None:
    schools, more, same, ships = similarities(name)

    assert same == pytest.approx(1.0, abs=1e-6)
    assert 1.0 > more > max(schools, ships)


@pytest.mark.usefixtures("word_encoder")
def test_ours_puts_what_disagrees_below_all_else() -> None:
    _, alone, *_ = similarities(ALONE.name)
    schools, more, same, _ = similarities(OURS.name)

    assert more == pytest.approx(alone - 2.0)
    assert more < schools < same


def test_minhash_estimates_the_overlap_of_runs_of_words() -> None:
    system = next(peer for peer in PEERS if peer.name == "minhash")
    # Two of four words, one of three pairs and none of two runs of three are shared: 3 of 9 different ones.
    found = system.fit(["red fish swim", "red fish sink"])(np.array([0]), np.array([1]))

    assert found[0] == pytest.approx(3 / 9, abs=0.12)


@pytest.mark.usefixtures("word_encoder")
def test_groups_hold_the_same_and_only_ours_keeps_disagreement_apart() -> None:
    ours, alone, *peers = systems()

    for system in (ours, alone, *peers):
        linked = system.group(TEXTS)(0.6)
        assert linked[0, 3]
        assert not linked[[0, 0, 1], [1, 4, 4]].any()
    assert not ours.group(TEXTS)(0.6)[0, 2]
    assert alone.group(TEXTS)(0.6)[0, 2]


def test_a_threshold_is_fixed_or_the_best_there_is() -> None:
    ours, *_, peer = systems()

    assert ours.chosen(lambda threshold: -threshold) == ours.threshold
    assert (ours.choice, peer.choice) == ("fixed", "best-on-this-set")
    assert peer.chosen(lambda threshold: -abs(threshold - 0.42)) == 0.42


@pytest.mark.usefixtures("word_encoder")
def test_pairs_of_excerpts_are_ranked_and_linked(folder: Path) -> None:
    spans = [{"doc": doc, "start": 0, "end": len(FIRE)} for doc in range(3)]
    rest = "Schools in the hills were open. Ships waited in the bay."
    record = {
        "documents": [{"text": f"{text} {rest}"} for text in (FIRE, FIRE, MORE)],
        "claims": [{"members": spans[:2]}],
        "hard_negatives": [[spans[0], spans[2]]],
    }
    write(folder, "newsweave_claims/dev.jsonl", *({"id": str(number), **record} for number in range(3)))
    rows = {row.system: row.figures for row in redundancy.TASKS["newsweave-claims"](2)}

    assert rows["newsweave"]["ROC AUC"].value == 1.0
    assert rows["newsweave"]["same linked"].value == 1.0
    assert rows["newsweave"]["look-alikes linked"].value == 0.0
    assert rows["embedding cosine 0.70"]["look-alikes linked"].value == 1.0
    # With the threshold that is best on this set even plain cosine parts them.
    assert rows["embedding cosine"]["balanced accuracy"].value == 1.0


@pytest.mark.usefixtures("word_encoder")
def test_pairs_of_sentences_are_ranked(folder: Path) -> None:
    alike = {"s1": FIRE, "s2": FIRE}
    apart = {"s1": FIRE, "s2": TEXTS[1]}
    write(folder, "pairs_mrpc/val.jsonl", {**alike, "label": 1}, {**apart, "label": 0})
    graded = [{**alike, "score": 5.0}, {**apart, "score": 0.0}, {"s1": FIRE, "s2": MORE, "score": 3.0}]
    sets = [{**record, "set": name} for name in ("one", "two") for record in graded]
    write(folder, "pairs_sts_news/dev.jsonl", *sets)

    assert {row.figures["average precision"].value for row in redundancy.TASKS["mrpc"](None)} == {1.0}
    sts = {
        row.system: row.figures["Spearman, mean of sets"].value for row in redundancy.TASKS["sts-news"](None)
    }
    assert sts["embedding cosine"] == pytest.approx(1.0)
    assert sts["newsweave"] == pytest.approx(0.5)
