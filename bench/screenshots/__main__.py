"""Summarizes every cluster of the seeds, takes pictures of their report, and of the page to try it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import chromium, server
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
    seeds = sorted(path for path in (_ROOT / "seeds").iterdir() if path.is_dir())
    with server.running(flags=("--web", "127.0.0.1:0")) as process, Client(process.address) as client:
        report = summarized(client, seeds)
        for picture in tried(_page(process.log), sorted(seeds[0].glob("*.txt")), program, _IMAGES):
            print(picture.relative_to(_ROOT))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "digest.html"
        page.write_text(render(report), "utf-8")
        for picture in taken(page, program, _IMAGES):
            print(picture.relative_to(_ROOT))


def summarized(client: Client, folders: Iterable[Path]) -> Report:
    """Return the report of folders of articles, one story a folder, the most covered first."""
    articles: list[pb.Article] = []
    stories: list[pb.Story] = []
    for folder in folders:
        own = [
            pb.Article(id=path.stem, text=path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))
        ]
        response = client.summarize(pb.SummarizeRequest(articles=own, options=_OPTIONS), timeout=_SECONDS)
        articles += own
        stories.append(pb.Story(article_ids=[article.id for article in own], summary=response.summary))
    stories.sort(key=lambda story: len(story.article_ids), reverse=True)
    for number, story in enumerate(stories, 1):
        story.id = number
    return Report(articles, stories, options=_OPTIONS)


def _page(log: Iterable[str]) -> str:
    """Return where the page to try it is, which the log of the server tells."""
    events = (json.loads(line) for line in log if line.startswith("{"))
    return next(str(event["url"]) for event in events if "url" in event)


if __name__ == "__main__":
    main()
