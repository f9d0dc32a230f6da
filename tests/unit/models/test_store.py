from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from models import manifest as manifests
from models import store
from models.errors import ModelFilesDamaged, ModelFilesMissing
from models.store import State

from .conftest import encoder_manifest

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = encoder_manifest()
FILES = {"config.json": b"{}", "model.safetensors": b"weights", "extra/a.json": b"[]"}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A sealed folder in the store ``tmp_path``."""
    folder = store.directory_of(MANIFEST, tmp_path)
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    store.seal(folder, MANIFEST)
    return folder


def test_locates_what_was_sealed(directory: Path, tmp_path: Path) -> None:
    files = store.locate(MANIFEST, tmp_path)
    assert files.directory == directory
    assert files.card == store.ModelCard(
        "encoder", "tests/tiny", "Apache-2.0", store.sha256_of(directory / "model.safetensors")
    )


def test_weights_in_several_files_have_one_digest(directory: Path, tmp_path: Path) -> None:
    first = store.locate(MANIFEST, tmp_path).card.weights_sha256
    (directory / "model-2.safetensors").write_bytes(b"more")
    (directory / store.RECORD_NAME).unlink()
    store.seal(directory, MANIFEST)
    digest = store.locate(MANIFEST, tmp_path).card.weights_sha256
    assert len(digest) == len(first)
    assert digest not in {first, store.sha256_of(directory / "model-2.safetensors")}


def test_sealing_makes_files_readable(directory: Path) -> None:
    weights = directory / "model.safetensors"
    weights.chmod(0o600)
    (directory / store.RECORD_NAME).unlink()
    store.seal(directory, MANIFEST)
    assert stat.S_IMODE(weights.stat().st_mode) == 0o644


def test_verify_names_each_file(directory: Path, tmp_path: Path) -> None:
    (directory / "config.json").write_bytes(b"[]")
    (directory / "extra/a.json").unlink()
    (directory / "adapter_config.json").write_bytes(b"{}")
    assert {check.path: check.fault for check in store.verify(MANIFEST, tmp_path)} == {
        "config.json": "has another SHA-256 than it had when fetched",
        "model.safetensors": "",
        "extra/a.json": "cannot be read (No such file or directory)",
        "adapter_config.json": "does not belong there",
    }


def test_a_longer_file_is_told_by_its_size(directory: Path, tmp_path: Path) -> None:
    (directory / "model.safetensors").write_bytes(b"weights!")
    with pytest.raises(ModelFilesDamaged, match=r"safetensors has 8 bytes instead of 7; .*models fetch"):
        store.locate(MANIFEST, tmp_path)
    status = store.check_sizes(MANIFEST, tmp_path)
    assert (status.state, status.fault) == (State.DAMAGED, "model.safetensors has 8 bytes instead of 7")


def test_sizes_alone_do_not_find_a_flipped_bit_but_loading_does(directory: Path, tmp_path: Path) -> None:
    (directory / "model.safetensors").write_bytes(b"Weights")
    assert store.check_sizes(MANIFEST, tmp_path).state is State.PRESENT
    with pytest.raises(ModelFilesDamaged, match="another SHA-256"):
        store.locate(MANIFEST, tmp_path)


def test_a_pickle_beside_the_weights_is_refused(directory: Path, tmp_path: Path) -> None:
    (directory / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(ModelFilesDamaged, match=r"pytorch_model\.bin does not belong there"):
        store.locate(MANIFEST, tmp_path)


def test_a_pickle_is_refused_even_if_it_is_recorded(directory: Path, tmp_path: Path) -> None:
    (directory / "pytorch_model.bin").write_bytes(b"\x80\x04")
    record = json.loads((directory / store.RECORD_NAME).read_text("utf-8"))
    record["files"]["pytorch_model.bin"] = {"sha256": "0" * 64, "size": 2}
    (directory / store.RECORD_NAME).write_text(json.dumps(record), "utf-8")
    with pytest.raises(ModelFilesDamaged, match=r"pytorch_model\.bin is of a kind that is never loaded"):
        store.locate(MANIFEST, tmp_path)


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (["config.json", "a.bin", "model.safetensors"], r"holds a\.bin, which is never loaded"),
        (["config.json"], "holds no safetensors"),
    ],
)
def test_only_a_folder_with_safe_weights_is_sealed(tmp_path: Path, names: list[str], fault: str) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ModelFilesDamaged, match=fault):
        store.seal(tmp_path, MANIFEST)


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        "{}",
        '{"version": 1, "source_sha256": "", "files": {"a.json": {"colour": 1}}}',
    ],
)
def test_an_unreadable_record_is_damage(directory: Path, tmp_path: Path, record: str) -> None:
    (directory / store.RECORD_NAME).write_text(record, "utf-8")
    with pytest.raises(ModelFilesDamaged, match=r"files\.json cannot be read"):
        store.locate(MANIFEST, tmp_path)


def test_files_of_another_manifest_are_refused(directory: Path, tmp_path: Path) -> None:
    other = encoder_manifest(manifests.HubSource("tests/tiny", "1" * 40, ("*.json", "*.safetensors")))
    assert directory == store.directory_of(other, tmp_path)
    assert store.check_sizes(other, tmp_path).state is State.DAMAGED
    with pytest.raises(ModelFilesDamaged, match="fetched for another manifest"):
        store.locate(other, tmp_path)


def test_what_was_not_fetched_is_missing(tmp_path: Path) -> None:
    with pytest.raises(
        ModelFilesMissing, match=r"tests/tiny \(tiny\) has not .*`newsweave models fetch PATH/tiny.toml`"
    ):
        store.locate(MANIFEST, tmp_path)


def test_lists_every_shipped_model(tmp_path: Path) -> None:
    statuses = store.list_models(tmp_path)
    assert [(item.manifest.name, item.state) for item in statuses] == [
        (name, State.MISSING) for name in manifests.shipped()
    ]
