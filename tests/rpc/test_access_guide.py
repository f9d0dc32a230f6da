"""The guide to access, followed from top to bottom."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.settings import Settings

if TYPE_CHECKING:
    from tests.rpc.conftest import Serve

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operations" / "access.md").read_text("utf-8")
BLOCK = re.compile(r"```(?:sh|python)\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a clean folder in which the command ``newsweave`` is that of this checkout."""
    if not (shutil.which("openssl") and shutil.which("bash")):
        pytest.skip("bash and openssl are needed to follow the guide")
    command = tmp_path / "bin" / "newsweave"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m service "$@"\n', "utf-8")
    command.chmod(0o755)
    (tmp_path / "a.txt").write_text("It rained.", "utf-8")
    return tmp_path


def _run(folder: Path, *command: str) -> str:
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'protos'}",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _flags(command: str) -> dict[str, str]:
    """Return the flags of a command by the names of their settings."""
    words = command.replace("\\\n", " ").split()
    assert words[:2] == ["newsweave", "serve"]
    return {
        name.removeprefix("--").replace("-", "_"): value
        for name, value in zip(*[iter(words[2:])] * 2, strict=True)
    }


async def test_the_guide_leads_from_nothing_to_an_answer(serve: Serve, folder: Path) -> None:
    certificates, callers, start, ask, python = BLOCK.findall(GUIDE)
    for block in (certificates, callers):
        await asyncio.to_thread(_run, folder, "bash", "-e", "-c", block)
    files = {"tls_certificate", "tls_key", "tls_client_ca", "callers"}
    flags = _flags(start)
    assert files < flags.keys()
    flags |= {name: str(folder / flags[name]) for name in files} | {"address": "127.0.0.1:0"}
    settings = Settings.from_environment({}, flags)
    async with serve(**{name: getattr(settings, name) for name in flags}) as served:
        summary = await asyncio.to_thread(
            _run, folder, "bash", "-e", "-c", ask.replace("localhost:50051", served.address)
        )
        version = await asyncio.to_thread(
            _run, folder, sys.executable, "-c", python.replace("localhost:50051", served.address)
        )
    assert "t rained. [1]" in summary
    assert version == "9.9\n"


@pytest.mark.parametrize(
    "name",
    ["tls_certificate", "tls_key", "tls_client_ca", "callers", "reflection", "allow_plaintext"],
)
def test_the_guide_knows_the_settings_by_their_names(name: str) -> None:
    assert f"`{name}`" in GUIDE
    assert name in Settings.__dataclass_fields__
