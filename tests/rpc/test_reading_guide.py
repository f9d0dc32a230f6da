"""The commands of ``docs/reading.md``, run in a shell against a server."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rpc.test_bad_input import weave
from tests.unit.service.reading.files import PAGE, STORY, archive, rss, written
from tests.unit.service.test_digest import BLAZE, FIRE, STORM

if TYPE_CHECKING:
    from tests.rpc.conftest import Serve

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "reading.md").read_text("utf-8")
COMMANDS = "".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with what the guide reads; ``newsweave`` is that of this checkout, ``curl`` a fake."""
    feed = rss(f"<guid>g</guid><description>{STORY}</description>")
    written(tmp_path, "desk/a.txt", STORM)
    written(tmp_path, "desk/b.txt", FIRE)
    written(tmp_path, "more/c.html", f"<html><p>{BLAZE}</p></html>")
    for day, text in (("monday", STORM), ("tuesday", FIRE), ("wednesday", FIRE)):
        written(tmp_path, f"{day}/a.txt", text)
    written(tmp_path, "feed.xml", feed)
    written(tmp_path, "archive/2024/pages.warc.gz", archive(PAGE.encode()))
    written(tmp_path, "bin/curl", f"#!/bin/sh\ncat <<'END'\n{feed}\nEND\n").chmod(0o755)
    written(tmp_path, "bin/newsweave", f'#!/bin/sh\nexec "{sys.executable}" -m service "$@"\n').chmod(0o755)
    return tmp_path


def _run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    path = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": f"{ROOT}:{ROOT / 'protos'}"}
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=os.environ | path,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_guide_reads_all_that_it_names(serve: Serve, folder: Path) -> None:
    commands = [line.partition("#")[0].strip() for line in COMMANDS.splitlines()]
    async with serve(weave) as served:
        done = [
            await asyncio.to_thread(_run, folder, f"{line} --address {served.address}") for line in commands
        ]
    assert {result.returncode for result in done} == {0}, [result.stderr for result in done]
    # The fire was told the day before.
    assert "Left out as known (1)" in (folder / "wednesday.html").read_text("utf-8")
    assert STORM.partition(".")[0] in (folder / "monday.json").read_text("utf-8")
    assert all("In no story" not in result.stdout for result in done)
    assert (folder / "today.md").read_text("utf-8").startswith("# Digest\n")


async def test_a_digest_of_which_something_is_missing_ends_with_4(serve: Serve, folder: Path) -> None:
    written(folder, "desk/broken.json", "{")
    async with serve(weave) as served:
        result = await asyncio.to_thread(
            _run, folder, f"newsweave digest desk --json --address {served.address}"
        )
    assert result.returncode == 4
    assert '"storyIds"' in result.stdout
    assert "desk/broken.json: line 1: is not JSON: " in result.stderr
