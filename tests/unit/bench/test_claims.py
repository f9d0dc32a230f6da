from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench.corpora import claims, seeds
from bench.corpora.claims import Passage
from bench.measures.linking import Linking, score
from tests.unit.bench.corpus import write

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = Passage("one", 0, 5), Passage("two", 0, 5), Passage("two", 6, 9)


def record(passage: Passage, **more: object) -> dict[str, object]:
    return {"article": passage.article, "start": passage.start, "end": passage.end, **more}


def test_an_annotation_is_read_with_what_counts_and_what_does_not(tmp_path: Path) -> None:
    raw = {
        "units": [record(A, kind="content"), record(B, kind="derived"), record(C, kind="boilerplate")],
        "clusters": [{"members": [record(A), record(B), record(C, part=True)]}],
        "hard_negatives": [{"a": record(A), "b": record(B)}, {"a": record(A), "b": record(C)}],
    }
    (tmp_path / "claims.json").write_text(json.dumps(raw), "utf-8")
    gold, digest = claims.annotated(tmp_path)

    assert gold.units == (A, B)
    assert gold.same == {frozenset((A, B))}
    assert gold.partly == {frozenset((A, C)), frozenset((B, C))}
    assert gold.lookalikes == (frozenset((A, B)),)
    assert len(digest) == 64


def test_the_annotation_of_the_seeds_agrees_with_itself() -> None:
    (folder,) = seeds.folders()
    raw = json.loads((folder / "claims.json").read_bytes())
    clusters = [
        [Passage(item["article"], item["start"], item["end"]) for item in group["members"]]
        for group in raw["clusters"]
    ]

    assert score(claims.annotated(folder)[0], clusters) == Linking(1.0, 1.0, 1.0, 0.0)


def test_excerpts_are_read_with_pairs_that_are_known(folder: Path) -> None:
    spans = [
        {"doc": 0, "start": 0, "end": 5},
        {"doc": 1, "start": 0, "end": 5},
        {"doc": 1, "start": 6, "end": 9},
    ]
    write(
        folder,
        "newsweave_claims/dev.jsonl",
        {
            "id": "x",
            "documents": [{"text": "Berg."}, {"text": "Dahl. Oh."}],
            "claims": [{"members": spans[:2]}],
            "hard_negatives": [[spans[0], spans[2]], [spans[0], spans[1]], [spans[2], spans[2]]],
        },
    )
    ((found,), _) = claims.excerpts()

    assert found.texts == {"0": "Berg.", "1": "Dahl. Oh."}
    assert found.same == {frozenset((Passage("0", 0, 5), Passage("1", 0, 5)))}
    assert found.lookalikes == {frozenset((Passage("0", 0, 5), Passage("1", 6, 9)))}
