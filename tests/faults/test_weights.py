"""Disks that are full and weights that are damaged, as an operator meets them on the command line."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from bench import server
from newsweave import CallError, Client
from newsweave import messages as pb
from service.settings import Settings
from tests.faults.endings import ROOT
from tests.rpc.bad_input import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.figures import Figures

SIZE = 3_000_000
MANIFEST = """
role = "encoder"
id = "tests/tiny"
licence = "MIT"

[source]
kind = "wheel"
package = "tiny"
version = "1.0"
file = "tiny-1.0-py3-none-any.whl"
sha256 = "{sha256}"
prefix = "tiny/"
members = ["config.json", "model.safetensors"]
format = "safetensors"

[limits]
max_input_tokens = 64
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with room for a wheel and half a model."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid():
        pytest.skip("only root can mount the small disk of this test")
    command = [mount, "-t", "tmpfs", "-o", f"size={SIZE * 3 // 2}", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run([str(shutil.which("umount")), str(folder)], check=True)


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a wheel whose weights cannot be packed any smaller, where pip would have put it."""
    path = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny/config.json", "{}")
        archive.writestr("tiny/model.safetensors", os.urandom(SIZE))
    return path


def newsweave(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    command = [sys.executable, "-m", "service", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, env={**os.environ, "COLUMNS": "400"}
    )


def test_a_full_disk_is_told_and_the_next_attempt_works(
    small_disk: Path, wheel: Path, tmp_path: Path
) -> None:
    manifest, weights_dir = tmp_path / "tiny.toml", small_disk / "weights"
    manifest.write_text(MANIFEST.format(sha256=hashlib.sha256(wheel.read_bytes()).hexdigest()), "utf-8")
    (weights_dir / "downloads").mkdir(parents=True)
    shutil.copy(wheel, weights_dir / "downloads")
    command = ("models", "fetch", str(manifest), "--weights-dir", str(weights_dir))
    failed = newsweave(*command)
    assert failed.returncode == 1
    assert "tests/tiny (tiny) cannot be written into" in failed.stderr
    assert "No space left on device" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not (weights_dir / "tiny").exists()
    assert not list(weights_dir.glob(".tiny*"))
    subprocess.run(
        [str(shutil.which("mount")), "-o", f"remount,size={SIZE * 4}", str(small_disk)], check=True
    )
    assert newsweave(*command).returncode == 0
    assert (weights_dir / "tiny" / "model.safetensors").stat().st_size == SIZE


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the weights of the encoder in a store of their own, with one bit that has changed."""
    settings = Settings()
    for name in settings.models:
        if name != settings.encoder:
            (tmp_path / name).symlink_to(settings.weights_dir.resolve() / name)
    shutil.copytree(settings.weights_dir / settings.encoder, tmp_path / settings.encoder)
    weights = tmp_path / settings.encoder / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(weights.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setenv("NEWSWEAVE_WEIGHTS_DIR", str(tmp_path))
    return weights


FAULT = "model.safetensors has another SHA-256 than it had when fetched"


@pytest.mark.long
@pytest.mark.weights
@pytest.mark.usefixtures("damaged")
def test_damaged_weights_are_told_by_doctor_and_never_served() -> None:
    found = newsweave("doctor")
    assert found.returncode == 1
    (line,) = [line for line in found.stdout.splitlines() if line.startswith("failed")]
    assert FAULT in line
    assert line.endswith(f"-> newsweave models fetch {Settings().encoder}")
    with server.listening() as running, Client(running.address) as client:
        end = time.monotonic() + 60
        while not any("no request can be taken" in entry for entry in running.log):
            assert time.monotonic() < end
            time.sleep(0.1)
        with grpc.insecure_channel(running.address) as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        assert answer.status == health_pb2.HealthCheckResponse.NOT_SERVING
        with pytest.raises(CallError) as told:
            client.server_info()
        assert running.stop() == 0
    assert told.value.reason == "MODEL_NOT_READY"
    assert str(ROOT) not in str(told.value)
    assert any(FAULT in entry for entry in running.log)


@pytest.mark.long
@pytest.mark.weights
def test_a_server_that_can_write_nothing_serves(figures: Figures) -> None:
    """A limit of no bytes a file stands for a disk that is full, or may not be written to."""
    articles = [pb.Article(id=str(index), text=text) for index, text in enumerate(ORDINARY)]
    with server.running("sh", "-c", 'ulimit -f 0; exec "$0" "$@"') as running:
        with Client(running.address) as client:
            assert client.summarize(pb.SummarizeRequest(articles=articles)).summary.sentences
        assert running.stop() == 0
    figures.note("a server that can write nothing", seconds_until_it_served=running.start_seconds)
