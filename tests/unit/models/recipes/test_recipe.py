from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import load_file

from models.convert import TENSORS, lay_over
from models.recipes.drafter import __main__ as drafter
from models.recipes.verifier import __main__ as verifier
from tests.unit.models.conftest import byte_tokenizer, tiny_bert, tiny_causal
from tests.unit.models.recipes.corpus import FILES, lay_out

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """
role = "drafter"
architecture = "causal"
id = "tests/tiny"
licence = "MIT"
[source]
kind = "huggingface"
repository = "tests/tiny"
revision = "0000000000000000000000000000000000000000"
files = ["*.json"]
[prompt]
system = "s"
user = "{sources}"
source_line = "{text}"
[limits]
max_input_tokens = 300
max_output_tokens = 12
"""
# The trainer warns of what it sets itself.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def _asked_for_a_verifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = byte_tokenizer(bert=True)
    for part in (tokenizer, tiny_bert(len(tokenizer))):
        part.save_pretrained(tmp_path / "base")
    places = [str(tmp_path / "base"), str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["recipe", *places, *lay_out(tmp_path)])


@pytest.mark.usefixtures("_asked_for_a_verifier")
def test_the_verifier_is_trained_from_data_to_what_ships(tmp_path: Path) -> None:
    verifier.main()
    weights = tmp_path / "out" / "news-best" / "model.safetensors"
    report = json.loads((tmp_path / "out" / "figures.json").read_text())

    assert report["pairs"] == 9
    assert set(report["data"]) == set(FILES) - {"fusion_poc/train.jsonl"}
    assert 0 <= report["right against wrong"]["ROC AUC"] <= 1
    assert report["says entailed, by kind"].keys() >= {"news right", "news negation", "news look-alike"}

    # What ships, laid over the base, is what was trained; the word embeddings are the base's and do not ship.
    shipped = load_file(tmp_path / "out" / "adapter" / TENSORS)
    assert "bert.embeddings.word_embeddings.weight" not in shipped
    lay_over(tmp_path / "base", tmp_path / "out" / "adapter")
    made, wanted = load_file(tmp_path / "base" / "model.safetensors"), load_file(weights)
    assert made.keys() == wanted.keys()
    assert all(torch.allclose(made[name], wanted[name], atol=1e-3) for name in wanted)


@pytest.mark.usefixtures("_asked_for_a_verifier")
def test_a_verifier_that_is_trained_is_not_trained_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier.main()
    weights = tmp_path / "out" / "news-best" / "model.safetensors"
    trained = weights.read_bytes()
    capsys.readouterr()
    verifier.main()
    assert weights.read_bytes() == trained
    assert json.loads(capsys.readouterr().out)["pairs"] == 9


def test_the_drafter_is_adapted_in_every_linear_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = byte_tokenizer(chat=True)
    for part in (tokenizer, tiny_causal(len(tokenizer))):
        part.save_pretrained(tmp_path / "base")
    (tmp_path / "tiny.toml").write_text(MANIFEST, "utf-8")
    places = [str(tmp_path / "tiny.toml"), str(tmp_path / "base"), str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["recipe", *places, *lay_out(tmp_path)])
    drafter.main()
    tensors = load_file(tmp_path / "out" / "adapter" / "adapter_model.safetensors")

    # Two layers, each with four projections of attention and three of the other part, of two factors each.
    assert len(tensors) == 2 * 7 * 2
    assert all(tensor.abs().sum() > 0 for tensor in tensors.values())
