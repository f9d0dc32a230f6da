from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from models.recipes.verifier import __main__ as recipe
from tests.unit.models.conftest import byte_tokenizer, tiny_bert

if TYPE_CHECKING:
    from pathlib import Path

EXCERPTS = ("The council closed the bridge. It had cracks.", "The bridge was shut by the council.")
CLAIM: dict[str, Any] = {
    "members": [[0, 0, 30], [1, 0, 35]],
    "context": [[0, 31, 45]],
    "right": ["The council closed its bridge.", "A bridge was closed."],
    "wrong": [{"kind": "negation", "verdict": "contradicted", "text": "The council opened its bridge."}],
}
OTHER: dict[str, Any] = {
    "members": [[0, 31, 45]],
    "context": [[0, 0, 30]],
    "right": ["The bridge had cracks.", "There were cracks in the bridge."],
    "wrong": [{"kind": "scope", "verdict": "unsupported", "text": "Every bridge had cracks."}],
}


def annotated(name: str) -> dict[str, Any]:
    """Return a cluster as the annotated claims have it."""

    def span(found: list[int]) -> dict[str, Any]:
        document, start, end = found
        return {"text": EXCERPTS[document][start:end]}

    claims = [
        {
            "members": [span(found) for found in claim["members"]],
            "context": [span(found) for found in claim["context"]],
            "fused": claim["right"][0],
            "negatives": [{"text": item["text"], "kind": item["kind"]} for item in claim["wrong"]],
        }
        for claim in (CLAIM, OTHER)
    ]
    return {"id": name, "claims": claims, "hard_negatives": [[span([0, 0, 30]), span([0, 31, 45])]]}


def written(name: str) -> dict[str, Any]:
    """Return a cluster as the written claims have it."""
    return {"id": name, "claims": [CLAIM, OTHER], "different": [[[0, 0, 30], [0, 31, 45]]], "conflicts": []}


def excerpts(name: str) -> dict[str, Any]:
    return {"id": name, "documents": [{"text": text} for text in EXCERPTS]}


def pair(label: str, number: int) -> dict[str, str]:
    return {"premise": f"A man walks {number} miles .", "hypothesis": "A man moves .", "label": label}


WRITTEN = [f"written{number}" for number in range(8)]
FILES: dict[str, list[dict[str, Any]]] = {
    "newsweave_claims/train.jsonl": [annotated(f"train{number}") for number in range(30)],
    "newsweave_claims/dev.jsonl": [annotated("dev")],
    "mds_neus_allsides/train.jsonl": [excerpts(name) for name in WRITTEN],
    "nli_snli_small/train.jsonl": [
        pair(label, number) for number in range(40) for label in ("entailment", "neutral", "contradiction")
    ],
    "nli_med/train.jsonl": [pair("entailment", 0)],
    "nli_fm2/train.jsonl": [
        {"evidence": ["It rained.", "It snowed."], "claim": "It rained.", "label": "SUPPORTS"}
    ],
    "fusion_wikisplit/validation.jsonl": [
        {"fused": "The cat of Ann Cole lived with Tom Lee .", "parts": ["Ann Cole had a cat .", "It left ."]}
    ],
}


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    tokenizer = byte_tokenizer(bert=True)
    for part in (tokenizer, tiny_bert(len(tokenizer))):
        part.save_pretrained(tmp_path / "base")
    for name, records in FILES.items():
        write(tmp_path / "data" / name, records)
    claims = write(tmp_path / "written.jsonl", [written(name) for name in WRITTEN])
    places = [str(tmp_path / "base"), str(tmp_path / "out")]
    return ["recipe", *places, "--data", str(tmp_path / "data"), "--written", str(claims)]


# Trainer warns of what it sets itself.
@pytest.mark.filterwarnings("default")
def test_the_recipe_runs_from_data_to_figures_and_trains_once(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", arguments)
    recipe.main()
    weights = tmp_path / "out" / "news-best" / "model.safetensors"
    trained = weights.read_bytes()
    report = json.loads((tmp_path / "out" / "figures.json").read_text())

    assert report["pairs"] == 9
    assert set(report["data"]) == set(FILES)
    assert 0 <= report["right against wrong"]["ROC AUC"] <= 1
    assert report["says entailed, by kind"].keys() >= {"news right", "news negation", "news look-alike"}
    assert "news-best" in {path.name for path in (tmp_path / "out").iterdir()}

    capsys.readouterr()
    recipe.main()
    assert weights.read_bytes() == trained
    assert json.loads(capsys.readouterr().out)["pairs"] == 9
