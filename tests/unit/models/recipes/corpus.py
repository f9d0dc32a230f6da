"""Data sets of a few lines, in the formats of the real ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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
    return excerpts(name) | {
        "claims": claims,
        "hard_negatives": [[span([0, 0, 30]), span([0, 31, 45])]],
    }


def written(name: str) -> dict[str, Any]:
    """Return a cluster as the written claims have it."""
    return {"id": name, "claims": [CLAIM, OTHER], "different": [[[0, 0, 30], [0, 31, 45]]], "conflicts": []}


def excerpts(name: str) -> dict[str, Any]:
    return {"id": name, "documents": [{"text": text} for text in EXCERPTS]}


def pair(label: str, number: int) -> dict[str, str]:
    return {
        "premise": f"A man walks {number} miles .",
        "hypothesis": f"A man moves {number} miles .",
        "label": label,
    }


WRITTEN = [f"written{number}" for number in range(8)]
# Clusters without annotated claims.
OTHERS = [f"other{number}" for number in range(20)]
DRAFTS: list[dict[str, Any]] = [
    {
        "id": name,
        "sources": [[0, 0, 30], [1, 0, 35]],
        "drafts": [
            {"text": "The council closed the bridge.", "verdict": "right"},
            {"text": "The bridge closed the council.", "verdict": "role"},
            {"text": "The council closed the", "verdict": "broken"},
        ],
    }
    for name in (WRITTEN[0], *OTHERS)
]
FILES: dict[str, list[dict[str, Any]]] = {
    "newsweave_claims/train.jsonl": [annotated(f"train{number}") for number in range(30)],
    "newsweave_claims/dev.jsonl": [annotated("dev")],
    "mds_neus_allsides/train.jsonl": [excerpts(name) for name in (*WRITTEN, *OTHERS)],
    "nli_snli_small/train.jsonl": [
        pair(label, number) for number in range(40) for label in ("entailment", "neutral", "contradiction")
    ],
    "nli_fm2/train.jsonl": [
        {"evidence": ["It rained.", "It snowed."], "claim": "It rained.", "label": "SUPPORTS"}
    ],
}


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def lay_out(folder: Path) -> list[str]:
    """Write all of them, and return the options that name them."""
    for name, records in FILES.items():
        write(folder / "data" / name, records)
    claims = write(folder / "written.jsonl", [written(name) for name in WRITTEN])
    drafts = write(folder / "drafts.jsonl", DRAFTS)
    return ["--data", str(folder / "data"), "--written", str(claims), "--drafts", str(drafts)]
