from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from models import manifest as manifests
from models.errors import ManifestError
from models.manifest import (
    Architecture,
    Calibration,
    Example,
    HubSource,
    Role,
    Trained,
    WeightFormat,
    WheelSource,
)

if TYPE_CHECKING:
    from pathlib import Path

WHEEL: dict[str, Any] = {
    "role": "drafter",
    "architecture": "causal",
    "id": "a/b",
    "licence": "MIT",
    "source": {
        "kind": "wheel",
        "package": "a-b",
        "version": "1.0",
        "file": "a_b-1.0-py3-none-any.whl",
        "sha256": "0" * 64,
        "prefix": "a_b/",
        "members": ["config.json", "model.safetensors"],
        "format": "safetensors",
    },
    "prompt": {
        "system": "Merge.",
        "user": "Do:\n{sources}",
        "source_line": "- {text}",
        "example": {"sources": ["A.", "B."], "answer": "C."},
    },
    "limits": {"max_input_tokens": 100, "max_output_tokens": 10},
}
HUB: dict[str, Any] = {
    "role": "encoder",
    "id": "a/b",
    "licence": "MIT",
    "source": {"kind": "huggingface", "repository": "a/b", "revision": "0" * 40, "files": ["*.json"]},
    "limits": {"max_input_tokens": 100},
}
VERIFIER: dict[str, Any] = HUB | {
    "role": "verifier",
    "trained": {"folder": "judge", "sha256": "0" * 64},
    "calibration": {"temperature": 1.5, "threshold": 0.75},
}
MISSING = object()


def changed(content: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a copy of a manifest with one key set, or left out."""
    content = copy.deepcopy(content)
    *tables, key = path.split(".")
    table = content
    for name in tables:
        table = table[name]
    if value is MISSING:
        del table[key]
    else:
        table[key] = value
    return content


def test_reads_a_drafter_in_a_wheel() -> None:
    manifest = manifests.parse("tiny", WHEEL, "here")
    assert (manifest.role, manifest.architecture) == (Role.DRAFTER, Architecture.CAUSAL)
    assert isinstance(manifest.source, WheelSource)
    assert manifest.source.format is WeightFormat.SAFETENSORS
    assert manifest.source.members == ("config.json", "model.safetensors")
    assert manifest.prompt is not None
    assert manifest.prompt.example == Example(("A.", "B."), "C.")
    assert manifest.limits.max_output_tokens == 10
    assert str(manifest.source) == "wheel a-b==1.0"


def test_reads_an_encoder_in_a_repository() -> None:
    manifest = manifests.parse("tiny", HUB, "here")
    assert manifest.source == HubSource("a/b", "0" * 40, ("*.json",))
    assert (manifest.architecture, manifest.prompt) == (None, None)


def test_reads_an_encoder_that_was_trained_here() -> None:
    trained = Trained("near", "0" * 64)
    content = HUB | {"trained": {"folder": trained.folder, "sha256": trained.sha256}}
    assert manifests.parse("tiny", content, "here").trained == trained


def test_there_is_no_way_to_add_training_to_a_sequence_to_sequence_drafter() -> None:
    content = changed(WHEEL, "architecture", "seq2seq") | {"trained": VERIFIER["trained"]}
    content["prompt"] = {key: content["prompt"][key] for key in ("user", "source_line")}
    with pytest.raises(ManifestError, match="trained is not known here"):
        manifests.parse("tiny", content, "here")


def test_reads_a_verifier_that_was_trained_here() -> None:
    manifest = manifests.parse("tiny", VERIFIER, "here")
    assert manifest.role is Role.VERIFIER
    assert manifest.calibration == Calibration(1.5, 0.75)
    assert manifest.trained == Trained("judge", "0" * 64)
    assert manifest.question is None
    asked = manifests.parse("tiny", changed(VERIFIER, "question", "{premise}\nSo: {hypothesis}?"), "here")
    assert asked.question == "{premise}\nSo: {hypothesis}?"


def test_a_model_does_what_its_manifest_says_and_nothing_else() -> None:
    assert manifests.load_as(Role.ENCODER, "minilm-l6").role is Role.ENCODER
    with pytest.raises(ManifestError, match="with the role encoder, and a verifier is needed"):
        manifests.load_as(Role.VERIFIER, "minilm-l6")


def test_reads_a_seq2seq_drafter_without_a_system_turn() -> None:
    content = changed(WHEEL, "architecture", "seq2seq")
    content["prompt"] = {"user": "merge: {sources}", "source_line": "{text}"}
    prompt = manifests.parse("tiny", content, "here").prompt
    assert prompt == manifests.Prompt("", "merge: {sources}", "{text}")


@pytest.mark.parametrize(
    ("content", "path", "value", "fault"),
    [
        (WHEEL, "role", "painter", "role is 'painter', and must be one of encoder, drafter, verifier"),
        (WHEEL, "id", MISSING, "id is missing"),
        (WHEEL, "licence", " ", "licence must be a string that is not empty"),
        (WHEEL, "colour", "red", "colour is not known here"),
        (WHEEL, "architecture", MISSING, "architecture is missing"),
        (WHEEL, "source", "pypi", "source must be a table"),
        (WHEEL, "source.kind", "torrent", "[source]: kind is 'torrent', and must be wheel or huggingface"),
        (WHEEL, "source.mirror", "x", "[source]: mirror is not known here"),
        (WHEEL, "source.sha256", "abc", "sha256 is 'abc', and must be 64 hexadecimal digits"),
        (WHEEL, "source.file", "../a.whl", "file is '../a.whl', and must be the file name of a wheel"),
        (WHEEL, "source.package", "--pre", "package is '--pre', and must be the name"),
        (WHEEL, "source.members", [], "members must be a list of strings that is not empty"),
        (WHEEL, "source.members", ["a", 1], "members must be a list of strings that is not empty"),
        (WHEEL, "source.members", ["../x.json"], "leaves its folder"),
        (WHEEL, "source.members", ["a.bin"], "is not one of .jinja, .json, .model, .safetensors, .txt"),
        (WHEEL, "source.members", ["a.gguf"], "'a_b/a.gguf' is not one of"),
        (WHEEL, "source.prefix", "../", "leaves its folder"),
        (WHEEL, "limits.max_input_tokens", 0, "[limits]: max_input_tokens must be an integer above zero"),
        (WHEEL, "limits.max_input_tokens", True, "max_input_tokens must be an integer above zero"),
        (WHEEL, "limits.max_output_tokens", MISSING, "max_output_tokens is missing"),
        (WHEEL, "prompt", MISSING, "prompt is missing"),
        (WHEEL, "prompt.user", "Do it.", "user must hold {sources} exactly once"),
        (WHEEL, "prompt.source_line", "{text}{text}", "source_line must hold {text} exactly once"),
        (WHEEL, "prompt.example.answer", MISSING, "[prompt], [example]: answer is missing"),
        (WHEEL, "prompt.example.mood", "x", "[prompt], [example]: mood is not known here"),
        (HUB, "source.revision", "main", "revision is 'main', and must be a commit of 40 hexadecimal digits"),
        (HUB, "source.repository", "b", "repository is 'b', and must be owner/name"),
        (HUB, "source.files", ["*"], "'*' is not one of"),
        (HUB, "source.files", ["modeling.py"], "'modeling.py' is not one of"),
        (HUB, "prompt", {}, "prompt is not known here"),
        (HUB, "architecture", "causal", "architecture is not known here"),
        (VERIFIER, "calibration", MISSING, "calibration is missing"),
        (VERIFIER, "calibration.threshold", 1, "threshold must be a number above 0 and below 1"),
        (VERIFIER, "calibration.threshold", True, "threshold must be a number above 0 and below 1"),
        (VERIFIER, "calibration.temperature", 0, "temperature must be a number above 0 and below 100"),
        (VERIFIER, "trained.folder", "../x", "[trained]: folder is '../x', and must be the name of a folder"),
        (VERIFIER, "trained.sha256", "1", "sha256 is '1', and must be 64 hexadecimal digits"),
        (VERIFIER, "question", "{hypothesis}{premise}", "must hold {premise} and, after it, {hypothesis}"),
        (VERIFIER, "question", "{premise}{premise}{hypothesis}", "each exactly once"),
        (VERIFIER, "question", "{premise}", "must hold {premise} and, after it, {hypothesis}"),
        (HUB, "question", "{premise}\n{hypothesis}", "question is not known here"),
        (HUB, "calibration", {}, "calibration is not known here"),
        (HUB, "trained", {}, "[trained]: folder is missing"),
        (HUB, "limits.max_output_tokens", 5, "max_output_tokens is not known here"),
    ],
)
def test_names_the_key_that_breaks_a_rule(
    content: dict[str, Any],
    path: str,
    value: object,
    fault: str,
) -> None:
    with pytest.raises(ManifestError) as caught:
        manifests.parse("tiny", changed(content, path, value), "here.toml")
    assert str(caught.value).startswith("manifest here.toml")
    assert fault in str(caught.value)


def test_refuses_a_name_that_is_no_folder() -> None:
    with pytest.raises(ManifestError, match="cannot be the name of a folder"):
        manifests.parse(".hidden", HUB, "here")


def test_every_shipped_manifest_is_valid() -> None:
    roles = {name: manifests.load(name).role for name in manifests.shipped()}
    assert roles == {
        "minilm-l6": Role.ENCODER,
        "newsweave-encoder-1": Role.ENCODER,
        "newsweave-drafter-2": Role.DRAFTER,
        "newsweave-verifier-2": Role.VERIFIER,
        "smollm2-135m": Role.DRAFTER,
    }


def test_loads_a_manifest_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((manifests.MANIFESTS / "minilm-l6.toml").read_text("utf-8"), "utf-8")
    assert manifests.load(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (
            "unheard-of",
            "there are minilm-l6, newsweave-drafter-2, newsweave-encoder-1, newsweave-verifier-2, smollm2",
        ),
        ("../../etc/passwd", "no manifest is named"),
        ("/nowhere/x.toml", "cannot be read"),
    ],
)
def test_says_which_manifest_does_not_exist(name: str, fault: str) -> None:
    with pytest.raises(ManifestError, match=fault):
        manifests.load(name)


def test_refuses_what_is_not_toml(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(b"role = \xff")
    with pytest.raises(ManifestError, match=r"broken\.toml cannot be read"):
        manifests.load(str(path))


def test_the_digest_follows_the_source_and_not_the_prompt() -> None:
    here = manifests.parse("tiny", WHEEL, "here")
    other_prompt = manifests.parse("tiny", changed(WHEEL, "prompt.system", "Fuse."), "here")
    other_wheel = manifests.parse("tiny", changed(WHEEL, "source.sha256", "1" * 64), "here")
    assert here.source_sha256 == other_prompt.source_sha256 != other_wheel.source_sha256
