from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest

from bench.corpora.evidence import Case, Statement, load
from bench.quality import checkers, checking
from bench.quality.checkers import entail, judge, serve
from tests.unit.bench.corpus import write

if TYPE_CHECKING:
    from pathlib import Path

    from service.domain import Vectors

FIRE = "The fire at the port of Oslo hurt 12 men on Monday."
REST = ("The mayor went home by train.", "Schools in the hills were open.", "Ships waited in the bay.")


def test_only_claims_that_are_supported_in_full_are_supported(folder: Path) -> None:
    labels = ("supported", "partially_supported", "not_supported")
    records = [
        {"id": str(number), "label": label, "claim": "It burnt.", "evidence": [FIRE]}
        for number, label in enumerate(labels)
    ]
    write(folder, "faith_wice/claim_oracle_dev.jsonl", *records)

    cases, _ = load("wice")
    assert {case.document: case.statements[0].supported for case in cases} == {
        "0": True,
        "1": False,
        "2": False,
    }


def test_all_summaries_of_a_document_are_one_case(folder: Path) -> None:
    write(folder, "faith_summedits/docs.jsonl", {"doc_id": "d", "doc": "One.\nTwo."})
    samples = [{"doc_id": "d", "summary": "Yes.", "label": 1}, {"doc_id": "d", "summary": "No.", "label": 0}]
    write(folder, "faith_summedits/dev.jsonl", *samples)

    assert load("summedits")[0] == [
        Case("d", ("One.", "Two."), (Statement("Yes.", supported=True), Statement("No.", supported=False)))
    ]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"has_error": True, "corrected": "Right."}, [("Wrong.", False), ("Right.", True)]),
        ({"has_error": True, "corrected": ""}, [("Wrong.", False)]),
        ({"has_error": True, "corrected": "Wrong."}, [("Wrong.", False)]),
        ({"has_error": False, "corrected": "Right."}, [("Wrong.", True)]),
    ],
)
def test_a_correction_counts_only_where_there_was_an_error(
    folder: Path, record: dict[str, object], expected: list[tuple[str, bool]]
) -> None:
    written = {"doc_id": 7, "article": FIRE, "candidate": "Wrong.", **record}
    write(folder, "faith_defacto/val.jsonl", written)

    ((case,), _) = load("defacto")
    assert [(statement.text, statement.supported) for statement in case.statements] == expected


def test_what_is_not_evidence_surrounds_it(folder: Path) -> None:
    text = "Berg won. Dahl lost. Rain fell."
    claim = {
        "members": [{"doc": 0, "start": 0, "end": 9, "text": "Berg won."}],
        "context": [{"doc": 0, "start": 10, "end": 20, "text": "Dahl lost."}],
        "fused": "Berg beat Dahl.",
        "negatives": [{"text": "Dahl beat Berg.", "kind": "role_swap"}],
    }
    write(folder, "newsweave_claims/dev.jsonl", {"id": "x", "documents": [{"text": text}], "claims": [claim]})

    ((case,), _) = load("newsweave-claims")
    assert case.passages == ("Berg won.", "Dahl lost.")
    assert [rest.strip() for rest in case.surroundings] == ["", "", "Rain fell."]
    assert [statement.supported for statement in case.statements] == [True, False]


@pytest.mark.usefixtures("word_encoder")
def test_what_stands_in_the_evidence_is_verified_and_what_does_not_is_not() -> None:
    texts = (FIRE, FIRE.replace("12", "13"), f"{FIRE} Berg ate fish.")
    case = Case("d", (FIRE,), tuple(Statement(text, supported=True) for text in texts), REST)
    same, number, longer = judge(case)

    assert [verdict.verified for verdict in serve(case)] == [1.0, 0.0, 0.0]
    assert (same.guards, same.agreed) == (1.0, same.support)
    assert same.cosine == pytest.approx(1.0)
    assert number.guards == 0.0
    assert number.agreed == pytest.approx(number.support - 1.0)
    assert longer.guards == 0.0
    assert longer.support < same.support


@pytest.mark.usefixtures("word_encoder")
def test_surroundings_are_no_evidence() -> None:
    case = Case("d", REST, (Statement(FIRE, supported=True),), (FIRE,))
    (found,), (verdict,) = judge(case), serve(case)

    assert verdict.verified == 0.0
    assert found.cosine < 0.9


class Judge:
    """Says that nothing shuts."""

    name, threshold = "tests/judge", 0.5
    asked: ClassVar[list[tuple[str, str]]] = []

    def judge(self, pairs: list[tuple[str, str]]) -> Vectors:
        self.asked.extend(pairs)
        return np.array([[0.2, 0.8, 0.0] if "shut" in text else [0.9, 0.1, 0.0] for _, text in pairs])


@pytest.mark.usefixtures("word_encoder")
def test_the_closest_sentences_of_the_evidence_are_what_may_entail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkers, "verifier", Judge)
    monkeypatch.setattr(Judge, "asked", [])
    passages = (
        *(f"Berg ate fish number {word}." for word in ["one", "two", "three", "four", "five", "six"]),
        FIRE,
    )
    case = Case("d", passages, (Statement(f"{FIRE} The port was shut.", supported=False),))
    (said,) = entail(case)

    assert said.entailed == pytest.approx(0.2)
    premise, text = Judge.asked[0]
    assert text == FIRE
    assert premise.endswith(FIRE)
    assert premise.count("fish") == 4


@pytest.mark.usefixtures("word_encoder")
def test_no_entailment_without_a_model() -> None:
    with pytest.raises(ValueError, match="no entailment model"):
        entail(Case("d", (FIRE,), (Statement(FIRE, supported=True),)))


@pytest.mark.usefixtures("word_encoder")
def test_an_entailment_model_has_a_row_where_all_is_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (checkers, checking):
        monkeypatch.setattr(module, "verifier", Judge)
    records = [
        {"id": str(number), "label": label, "claim": claim, "evidence": [FIRE, *REST]}
        for number in range(8)
        for label, claim in (("supported", FIRE), ("not_supported", "The port was shut."))
    ]
    write(folder, "faith_wice/claim_oracle_dev.jsonl", *records)

    name = "newsweave, entailment"
    assert name not in {row.system for row in checking.TASKS["wice"](6)}
    (row,) = (row for row in checking.TASKS["wice"](None) if row.system == name)
    assert row.figures["right accepted"].value == 1.0
    assert row.figures["wrong accepted"].value == 0.0


@pytest.mark.usefixtures("word_encoder")
def test_every_system_has_a_row_and_ours_are_signed_with_the_settings(folder: Path) -> None:
    records = [
        {"id": str(number), "label": label, "claim": claim, "evidence": [FIRE, *REST]}
        for number in range(8)
        for label, claim in (("supported", FIRE), ("not_supported", FIRE.replace("12", "13")))
    ]
    write(folder, "faith_wice/claim_oracle_dev.jsonl", *records)
    rows = {row.system: row for row in checking.TASKS["wice"](6)}

    assert {row.items for row in rows.values()} == {12}
    assert rows["newsweave"].figures["ROC AUC"].value == 1.0
    assert rows["newsweave, as served"].figures["right accepted"].value == 1.0
    assert rows["newsweave, as served"].figures["wrong accepted"].value == 0.0
    assert "settings:" in rows["newsweave, support only"].signature
    assert "encoder:" in rows["embedding cosine"].signature
    assert "settings:" not in rows["embedding cosine"].signature
