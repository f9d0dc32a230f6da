"""Runs the examples as their readers would: in a folder with the files that the page names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.page import ROOT, examples, request, retries

NODE = ROOT / "tests" / "clients" / "node"
_SECONDS = 120.0


def furnished(folder: Path) -> Path:
    """Put the files and folders into a folder that the page has its readers put there."""
    (folder / "request.json").write_text(request(), "utf-8")
    (folder / "retries.json").write_text(retries(), "utf-8")
    (folder / "protos").symlink_to(ROOT / "protos")
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    return folder


def run(folder: Path, *command: str) -> str:
    """Return what a command prints; fail if it fails."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def calling(address: str, code: str) -> str:
    """Return an example that calls a server of the tests in the place of the reader's own."""
    port = address.rpartition(":")[2]
    return code.replace("127.0.0.1:50051", f"127.0.0.1:{port}").replace(
        "localhost:50051", f"localhost:{port}"
    )


def compiled(folder: Path) -> Path:
    """Compile the examples in TypeScript in a furnished folder, and return the folder of the JavaScript.

    The packages are those of the lock file. They are installed once, beside it.
    """
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("the examples in TypeScript are not run: there is no npm")
    _install()
    shutil.copy(NODE / "tsconfig.json", folder)
    for name, code in examples("ts").items():
        (folder / name).write_text(code, "utf-8")
    types = examples("sh")["node"].partition("npx ")[2]
    run(folder, "sh", "-e", "-c", f"node_modules/.bin/{types}")
    run(folder, "node_modules/.bin/tsc")
    return folder / "out"


def _install() -> None:
    lock, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    done = subprocess.run(["npm", "ci"], cwd=NODE, capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode:
        pytest.skip(
            f"the examples in TypeScript are not run: npm could not install them: {done.stderr[-300:]}"
        )
