from __future__ import annotations

import io
import os
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from newsweave.v1 import newsweave_pb2 as pb
from service.render import digest_terminal
from tests.unit.service.render.shown import digest, known_story

GOLDEN = Path(__file__).parents[3] / "golden" / "digest.txt"


def _rendered(stories: list[pb.Story], completed: pb.DigestCompleted, width: int = 80) -> str:
    written = io.StringIO()
    Console(file=written, width=width, highlight=False).print(digest_terminal.render(stories, completed))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def test_a_digest_looks_as_it_did() -> None:
    rendered = _rendered(*digest())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(rendered, "utf-8")
    assert rendered == GOLDEN.read_text("utf-8")


def test_a_story_without_headline_or_title_is_called_by_its_articles() -> None:
    story = pb.Story(id=1, article_ids=["a", "b"], summary=pb.Summary())
    assert "1. a, b" in _rendered([story], pb.DigestCompleted(story_ids=[1]))


@pytest.mark.parametrize(
    ("report", "name"),
    [
        (pb.SourceReport(article_id="b", title="Winter", publisher="The Flake"), "Winter"),
        (pb.SourceReport(article_id="b", publisher="The Flake"), "The Flake"),
    ],
)
def test_a_story_of_which_nothing_is_told_is_called_by_a_title_or_a_publisher(
    report: pb.SourceReport, name: str
) -> None:
    sources = [pb.SourceReport(article_id="a"), report]
    story = pb.Story(id=1, article_ids=["a", "b"], summary=pb.Summary(sources=sources))
    assert f"1. {name}\n" in _rendered([story], pb.DigestCompleted(story_ids=[1]))


def test_stories_without_news_stand_at_the_end_with_what_is_known_and_no_empty_section() -> None:
    stories, completed = digest()
    end = (
        "Nothing new\n\n4. It snowed.\n" + "─" * 80 + "\n1 article\n\n"
        "Known already\n  snow 7–21 “But it snowed.”\n\n"
        "Note: all of it is known\nnothing told, from 4 source sentences; left out as known: 1\n"
    )
    rendered = _rendered([known_story(4), *stories], completed)
    assert rendered.startswith("1. Bridge *closed*\n")
    assert end in rendered
    assert rendered.index(end) > rendered.index("3. odd")
    assert rendered.endswith("4 stories, 1 without a summary, 1 with nothing new\n")


@pytest.mark.parametrize("width", [16, 40, 80])
def test_no_heading_is_cut(width: int) -> None:
    stories, completed = digest()
    stories[0].summary.headline.text = (
        "The old bridge in the town of Dale was closed on Monday for repairs" * 3
    )
    narrow, wide = ("".join(_rendered(stories, completed, columns).split()) for columns in (width, 9_000))
    assert Counter(narrow.replace("─", "")) == Counter(wide.replace("─", ""))


def test_nothing_in_a_digest_can_steer_the_terminal() -> None:
    stories, completed = digest()
    stories[0].summary.headline.text = "\x1b[2J"
    stories[2].error.message = "\x1b[2J"
    completed.unassigned[0].message = completed.unassigned[0].article_id = "\x1b[2J"
    assert "\x1b" not in _rendered(stories, completed)


def test_an_empty_digest_can_be_shown() -> None:
    assert _rendered([], pb.DigestCompleted()) == "0 stories\n"
