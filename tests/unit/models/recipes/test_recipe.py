from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load_file

from models import manifest as manifests
from models.convert import ADAPTER, merge
from models.manifest import Role
from models.recipes.claims import Use, use_of
from models.recipes.drafter import __main__ as drafter
from models.recipes.encoder import __main__ as encoder
from models.recipes.runs import OtherData
from models.recipes.verifier import __main__ as verifier
from models.store import sha256_of_folder
from tests.unit.models.conftest import byte_tokenizer, lay, tiny_bert, tiny_causal
from tests.unit.models.recipes.corpus import FILES, OTHERS, WRITTEN, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SOURCE = """
id = "tests/tiny"
licence = "MIT"
[source]
kind = "huggingface"
repository = "tests/tiny"
revision = "0000000000000000000000000000000000000000"
files = ["*.json"]
[limits]
max_input_tokens = 300
"""
ENCODER = f"""role = "encoder"
{SOURCE}"""
DRAFTER = f"""role = "drafter"
architecture = "causal"
{SOURCE}max_output_tokens = 12
[prompt]
system = "s"
user = "{{sources}}"
source_line = "{{text}}"
"""
# The trainer warns of what it sets itself.
pytestmark = pytest.mark.filterwarnings("default")


def asked(folder: Path, manifest: str, parts: Sequence[Any]) -> list[str]:
    """Lay out a model and the data sets, and return the arguments that name them."""
    path = folder / "tiny.toml"
    path.write_text(manifest, "utf-8")
    lay(folder / "store", manifests.load(str(path)), parts)
    return [
        "recipe",
        str(folder / "out"),
        "--model",
        str(path),
        "--weights",
        str(folder / "store"),
        *lay_out(folder),
    ]


@pytest.fixture
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = byte_tokenizer(chat=True)
    monkeypatch.setattr(sys, "argv", asked(tmp_path, DRAFTER, [tokenizer, tiny_causal(len(tokenizer))]))


@pytest.mark.usefixtures("_asked")
def test_the_verifier_is_trained_from_data_to_what_ships(tmp_path: Path) -> None:
    verifier.main()
    out = tmp_path / "out"
    report = json.loads((out / "figures.json").read_text())

    measured = sum(use_of(name, WRITTEN) is Use.MEASURED for name in OTHERS)
    assert report["pairs"] == 4 + 3 * measured
    assert set(report["data"]) == {*FILES, "written.jsonl", "drafts.jsonl"}
    assert (report["written"]["right"], report["written"]["wrong"]) == (2, 2)
    assert (report["drafts"]["right"], report["drafts"]["wrong"]) == (measured, 2 * measured)
    assert all(0 <= report[kind]["ROC AUC"] <= 1 for kind in ("written", "drafts"))
    assert set(report["says entailed, by kind"]) == {
        "draft right",
        "draft wrong: broken",
        "draft wrong: role",
        "news right",
        "news wrong: negation",
        "news wrong: scope",
    }
    assert report["sha256"] == sha256_of_folder(out / "shipped")
    assert all(tensor.abs().sum() > 0 for tensor in load_file(out / "shipped" / ADAPTER).values())


@pytest.mark.usefixtures("_asked")
def test_a_second_course_goes_on_with_a_first_that_is_there(tmp_path: Path) -> None:
    verifier.main()
    begun = tmp_path / "out" / "first" / "adapter"
    again = tmp_path / "again"
    shutil.copytree(begun, again / "first" / "adapter")
    sys.argv[1] = str(again)
    verifier.main()
    report = json.loads((again / "figures.json").read_text())

    assert not (again / "first" / "checkpoints").exists()
    assert report["first course"] == sha256_of_folder(begun)


@pytest.mark.usefixtures("_asked")
def test_a_verifier_that_is_trained_is_not_trained_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier.main()
    capsys.readouterr()
    first = json.loads((tmp_path / "out" / "figures.json").read_text())
    weights = tmp_path / "out" / "second" / "adapter" / ADAPTER
    trained = weights.stat()
    verifier.main()
    again = json.loads(capsys.readouterr().out)

    assert weights.stat().st_mtime_ns == trained.st_mtime_ns
    assert again["sha256"] == first["sha256"]


@pytest.mark.usefixtures("_asked")
def test_the_drafter_is_adapted_in_every_linear_layer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drafter.main()
    told = capsys.readouterr().out
    report = json.loads(told[told.index('{\n  "sha256"') :])
    shipped = tmp_path / "out" / "shipped"
    tensors = load_file(shipped / ADAPTER)

    assert report["sha256"] == sha256_of_folder(shipped)
    assert report["first course"] == sha256_of_folder(tmp_path / "out" / "first" / "adapter")
    assert all(0 <= share <= 1 for share in report["right draft likelier"])
    # Two layers, each with four projections of attention and three of the other part, of two factors each.
    assert len(tensors) == 2 * 7 * 2
    assert all(tensor.abs().sum() > 0 for tensor in tensors.values())
    merge(tmp_path / "store" / "tiny", shipped, Role.DRAFTER)


def test_the_encoder_is_trained_from_claims_to_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = byte_tokenizer()
    monkeypatch.setattr(sys, "argv", asked(tmp_path, ENCODER, [tokenizer, tiny_bert(len(tokenizer))]))
    encoder.main()
    told = capsys.readouterr().out
    report = json.loads(told[told.index('{\n  "sha256"') :])
    shipped = tmp_path / "out" / "shipped"
    tensors = load_file(shipped / ADAPTER)
    folders = [tmp_path / "store" / "tiny", tmp_path / "out" / "made"]
    before, after = (load_file(folder / "model.safetensors") for folder in folders)

    assert report["sha256"] == sha256_of_folder(shipped)
    assert report["base"]["pairs of one claim"] == report["trained"]["pairs of one claim"] == 1
    assert all(tensor.abs().sum() > 0 for tensor in tensors.values())
    assert not any("pooler" in name or "embeddings" in name for name in tensors)
    assert {name for name in after if not torch.equal(before[name], after[name])} == {
        name for name in after if "layer." in name and name.endswith("weight") and "LayerNorm" not in name
    }


@pytest.mark.usefixtures("_asked")
def test_a_run_does_not_go_on_with_other_data(tmp_path: Path) -> None:
    drafter.main()
    claims = tmp_path / "written.jsonl"
    claims.write_text(claims.read_text("utf-8").replace("A bridge was closed.", "A bridge is shut."), "utf-8")

    with pytest.raises(OtherData, match="was begun with other data"):
        drafter.main()
