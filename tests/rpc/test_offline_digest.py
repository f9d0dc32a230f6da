"""A digest of a pile on a real Ray, whose run is killed in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from service.engine.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120.0
EVENTS = (
    ("Dale", "the old bridge", "was closed to lorries", "engineers found deep cracks in a pillar"),
    ("Oslo", "a cargo ferry", "ran aground in thick fog", "its rudder had failed twice this winter"),
    ("Turin", "the steel works", "laid off ninety workers", "orders from abroad had fallen by half"),
    ("Cork", "a primary school", "was flooded overnight", "a water main burst under the gymnasium"),
    ("Lagos", "the new stadium", "opened its gates", "builders had worked on it for eleven years"),
    ("Quito", "a rare orchid", "bloomed in public", "gardeners had waited for it since the spring"),
)


def pile(folder: Path) -> Path:
    """Write two articles about each event, one object a line."""
    path = folder / "pile.jsonl"
    articles = [
        {"id": f"{place}-{number}", "title": f"{what} in {place}", "text": text}
        for place, what, happened, why in EVENTS
        for number, text in enumerate(
            (
                f"In {place} {what} {happened} on Monday. Officials of {place} said that {why}.",
                f"On Monday {what} in {place} {happened}. According to officials of {place}, {why}.",
            )
        )
    ]
    path.write_text("".join(f"{json.dumps(article)}\n" for article in articles), "utf-8")
    return path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Lend a folder with a short name, as that of a socket must be, for what a run that is killed leaves."""
    with tempfile.TemporaryDirectory(prefix="nw-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def begun(pile: Path, *flags: str | Path) -> subprocess.Popen[str]:
    module = [sys.executable, "-m", "tests.rpc.digesting", "digest", pile, "--json", "--min-articles", "2"]
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    return subprocess.Popen(
        [*map(str, module), *map(str, flags)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # So that stories are finished one after another, and not all at the end.
        env=os.environ | {"PYTHONPATH": path, "NEWSWEAVE_WORKERS": "2", "TMPDIR": str(pile.parent)},
    )


def answer(run: subprocess.Popen[str]) -> dict[str, object]:
    out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, err
    read: dict[str, object] = json.loads(out)
    return read


def kept(path: Path) -> list[str]:
    """Return the whole lines of a file."""
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return [line for line in lines if line.endswith("\n")]


@pytest.mark.ray
def test_a_digest_whose_run_is_killed_goes_on_from_there_and_is_that_of_one_machine(folder: Path) -> None:
    Cluster("", "", 1, 1, 1, 1, 1).prepare()
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'newsweave[ray]'")
    articles, file = pile(folder), folder / "kept.jsonl"
    on_ray: list[str | Path] = ["--engine", "ray", "--keep", file]
    alone = answer(begun(articles))
    killed = begun(articles, *on_ray)
    end = time.monotonic() + PATIENCE
    while len(kept(file)) < 2 and killed.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    left = psutil.Process(killed.pid).children(recursive=True)
    killed.kill()
    killed.communicate()
    before = kept(file)
    assert 2 <= len(before) < len(EVENTS)
    assert answer(begun(articles, *on_ray)) == alone
    after = kept(file)
    # None was made twice, and none is missing.
    assert after[: len(before)] == before
    assert len({json.loads(line)["key"] for line in after}) == len(after) == len(EVENTS)
    assert answer(begun(articles, "--keep", file)) == alone
    assert kept(file) == after
    psutil.wait_procs(left, 10)
    for process in left:
        if process.is_running():
            process.kill()
