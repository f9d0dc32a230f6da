"""Takes pictures of the report of the seeds, and of the page to try the service."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import chromium, server
from bench.corpora import seeds
from bench.screenshots.trying import tried
from bench.screenshots.views import taken
from newsweave import Client
from newsweave.v1 import newsweave_pb2 as pb
from service.render.html import Report, render

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOT = Path(__file__).resolve().parents[2]
_IMAGES = _ROOT / "docs" / "images"
_SECONDS = 600.0
_OPTIONS = pb.SummaryOptions(include_clusters=True)


def main() -> None:
    """Write the pictures to ``docs/images``."""
    program = chromium.program()
    if program is None:
        sys.exit(f"none of {', '.join(chromium.NAMES)} is on the PATH; on Debian: apt-get install chromium")
    folders = sorted(path for path in (_ROOT / "seeds").iterdir() if path.is_dir())
    with server.running(flags=("--web", "127.0.0.1:0")) as process, Client(process.address) as client:
        report = digested(client, folders)
        for picture in tried(_page(process.log), sorted(folders[-1].glob("*.txt")), program, _IMAGES):
            print(picture.relative_to(_ROOT))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "digest.html"
        page.write_text(render(report), "utf-8")
        for picture in taken(page, program, _IMAGES):
            print(picture.relative_to(_ROOT))


def digested(client: Client, folders: Iterable[Path]) -> Report:
    """Return the report of the digest of all articles in folders."""
    articles = [article for folder in folders for article in seeds.load(folder).sent()]
    request = pb.GenerateDigestRequest(articles=articles, options=_OPTIONS)
    events = list(client.digest(request, timeout=_SECONDS))
    stories = [event.story for event in events if event.HasField("story")]
    return Report(articles, stories, events[-1].completed, _OPTIONS)


def _page(log: Iterable[str]) -> str:
    """Return where the page to try it is, which the log of the server tells."""
    events = (json.loads(line) for line in log if line.startswith("{"))
    return next(str(event["url"]) for event in events if "url" in event)


if __name__ == "__main__":
    main()
