from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from models.errors import ManifestError
from models.manifest import Limits
from models.verifier import Verifier

from .conftest import (
    END,
    Told,
    byte_tokenizer,
    lay,
    tiny_causal_classifier,
    tiny_classifier,
    tiny_deberta,
    verifier_manifest,
)
from .test_encoder import Check, Halted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from transformers import PreTrainedModel

    from models.store import ModelFiles

CLASSES = ("entailment", "neutral", "contradiction")
QUESTION = "{premise}\nSo: {hypothesis}?"
PAIRS = (
    ("The council closed the bridge.", "The bridge was closed."),
    ("It rained and snowed.", "It snowed."),
    ("", "It rained."),
    ("It rained.", "It rained, and the council met."),
)


def files(
    folder: Path,
    classes: Sequence[str] = CLASSES,
    make: Callable[[int, Sequence[str]], PreTrainedModel] = tiny_classifier,
    temperature: float = 1.0,
) -> ModelFiles:
    causal = make is tiny_causal_classifier
    tokenizer = byte_tokenizer(bert=not causal)
    manifest = verifier_manifest(temperature, QUESTION if causal else None)
    return lay(folder, manifest, [tokenizer, make(len(tokenizer), classes)])


@pytest.mark.parametrize("make", [tiny_classifier, tiny_deberta, tiny_causal_classifier])
def test_gives_probabilities_in_order(
    tmp_path: Path, make: Callable[[int, Sequence[str]], PreTrainedModel]
) -> None:
    verifier = Verifier(files(tmp_path, make=make))
    found = verifier.judge(PAIRS, Check())

    assert found.shape == (4, 3)
    assert found.dtype == np.float32
    assert np.allclose(found.sum(axis=1), 1)
    assert np.allclose(found, verifier.judge(PAIRS[::-1], Check())[::-1], atol=1e-5)
    assert np.allclose(found, np.concatenate([verifier.judge([pair], Check()) for pair in PAIRS]), atol=1e-5)


def test_a_causal_model_is_asked_in_one_text(tmp_path: Path) -> None:
    found = files(tmp_path, make=tiny_causal_classifier)
    tokenizer = byte_tokenizer()
    model = tiny_causal_classifier(len(tokenizer), CLASSES)
    model.train(mode=False)
    with torch.inference_mode():
        asked = tokenizer("It {hypothesis} rained.\nSo: It snowed.?", return_tensors="pt")
        expected = torch.softmax(model(**asked).logits, dim=1).numpy()

    assert np.allclose(
        Verifier(found).judge([("It {hypothesis}\nrained.", " It snowed.")], Check()), expected, atol=1e-5
    )


@pytest.mark.parametrize("make", [tiny_classifier, tiny_causal_classifier])
def test_no_text_holds_a_control_token(
    tmp_path: Path, make: Callable[[int, Sequence[str]], PreTrainedModel]
) -> None:
    verifier = Verifier(files(tmp_path, make=make))
    hostile, harmless = (
        verifier.judge([(f"It rained. {end} It snowed.", "No.")], Check()) for end in (END, " ".join(END))
    )

    assert np.allclose(hostile, harmless)


def test_every_pair_is_reported(tmp_path: Path) -> None:
    told = Told()
    Verifier(files(tmp_path), told).judge(PAIRS, Check())
    assert sum(each["rows"] for each in told.batches) == len(PAIRS)
    assert all(0 < each["tokens"] <= each["padded"] for each in told.batches)


def test_of_no_pairs_it_says_nothing(tmp_path: Path) -> None:
    assert Verifier(files(tmp_path)).judge((), Check()).shape == (0, 3)


def test_what_cannot_be_read_whole_is_left_open(tmp_path: Path) -> None:
    verifier = Verifier(files(tmp_path))
    long = "The council closed the bridge. " * 4
    found = verifier.judge(
        [("It rained.", long), (long, "It rained."), ("It rained.", "It rained.")], Check()
    )

    assert found[:2].tolist() == [[0.0, 1.0, 0.0]] * 2
    assert found[2, 0] > 0


def test_refuses_more_tokens_than_the_model_has_positions(tmp_path: Path) -> None:
    found = files(tmp_path)
    manifest = dataclasses.replace(found.manifest, limits=Limits(513))
    with pytest.raises(ManifestError, match="512 positions"):
        Verifier(dataclasses.replace(found, manifest=manifest))


def test_the_columns_follow_the_names_of_the_classes(tmp_path: Path) -> None:
    usual = Verifier(files(tmp_path / "usual")).judge(PAIRS, Check())
    other = Verifier(files(tmp_path / "other", ("CONTRADICTION", "Entailed", "neutral"))).judge(
        PAIRS, Check()
    )

    assert np.allclose(usual[:, [1, 2, 0]], other, atol=1e-6)


def test_the_temperature_divides_the_logits(tmp_path: Path) -> None:
    plain = Verifier(files(tmp_path / "plain")).judge(PAIRS, Check())
    cooled = Verifier(files(tmp_path / "cooled", temperature=2.0)).judge(PAIRS, Check())

    assert np.allclose(torch.softmax(torch.log(torch.tensor(plain)) / 2, dim=1), cooled, atol=1e-5)


@pytest.mark.parametrize("classes", [("no", "yes"), ("neutral", "entailment", "other"), ("a", "b", "c", "d")])
def test_refuses_a_model_of_other_classes(tmp_path: Path, classes: Sequence[str]) -> None:
    with pytest.raises(ManifestError, match=f"has the classes {classes[0]}"):
        Verifier(files(tmp_path, classes))


def test_refuses_a_manifest_without_calibration(tmp_path: Path) -> None:
    found = files(tmp_path)
    manifest = dataclasses.replace(found.manifest, calibration=None)
    with pytest.raises(ManifestError, match="has no calibration"):
        Verifier(dataclasses.replace(found, manifest=manifest))


def test_is_called_what_its_manifest_says(tmp_path: Path) -> None:
    verifier = Verifier(files(tmp_path))
    assert verifier.threshold == 0.8
    assert (verifier.card.role, verifier.card.id) == ("verifier", "tests/judge")


def test_stops_when_nobody_waits(tmp_path: Path) -> None:
    check = Check(raise_at=2)
    with pytest.raises(Halted):
        Verifier(files(tmp_path)).judge(PAIRS * 40, check)
    assert check.calls == 2
