from __future__ import annotations

import io
import os
from pathlib import Path

from rich.console import Console

from newsweave.v1 import newsweave_pb2 as pb
from service.render import digest_terminal
from tests.unit.service.render.shown import digest, nothing_new

GOLDEN = Path(__file__).parents[3] / "golden" / "digest.txt"


def _rendered(stories: list[pb.Story], completed: pb.DigestCompleted) -> str:
    written = io.StringIO()
    Console(file=written, width=80, highlight=False).print(digest_terminal.render(stories, completed))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def test_a_digest_looks_as_it_did() -> None:
    rendered = _rendered(*digest())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(rendered, "utf-8")
    assert rendered == GOLDEN.read_text("utf-8")


def test_a_story_without_headline_or_title_is_called_by_its_articles() -> None:
    story = pb.Story(id=1, article_ids=["a", "b"], summary=pb.Summary())
    assert "1. a, b" in _rendered([story], pb.DigestCompleted(story_ids=[1]))


def test_stories_with_nothing_new_stand_last_in_a_line_each() -> None:
    stories, completed = digest()
    known = nothing_new(stories[0])
    rendered = _rendered([known, *stories[1:]], completed)
    lines = rendered.splitlines()
    (place,) = (index for index, line in enumerate(lines) if line.startswith("Nothing new"))
    assert lines[place + 1] == "1. Bridge closed (3 articles, 1 claim)"
    assert rendered.index("2. It rained.") < rendered.index("Nothing new") < rendered.index("In no story")
    assert rendered.count("The bridge") == 0


def test_a_story_with_nothing_new_is_called_by_the_title_of_the_article_that_says_most() -> None:
    story = nothing_new(digest()[0][0])
    story.summary.sources[1].sentences, story.summary.sources[0].sentences = 9, 2
    assert "1. Nothing here (3" in _rendered([story], pb.DigestCompleted(story_ids=[1]))
    story.summary.sources[1].sentences_off_topic = 8
    assert "1. Bridge closed (3" in _rendered([story], pb.DigestCompleted(story_ids=[1]))


def test_nothing_in_a_digest_can_steer_the_terminal() -> None:
    stories, completed = digest()
    stories[0].summary.headline.text = "\x1b[2J"
    stories[2].error.message = "\x1b[2J"
    completed.unassigned[0].message = completed.unassigned[0].article_id = "\x1b[2J"
    assert "\x1b" not in _rendered(stories, completed)


def test_an_empty_digest_can_be_shown() -> None:
    assert _rendered([], pb.DigestCompleted()) == "0 stories\n"
