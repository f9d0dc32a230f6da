from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from google.rpc.status_pb2 import Status
from rich.console import Console
from typer.testing import CliRunner

from newsweave.v1 import newsweave_pb2 as pb
from service.cli import app
from service.cli.connection import Connection
from service.cli.faults import exit_status
from service.cli.progress import digested
from service.errors import InvalidRequest, QueueFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from service.settings import Settings

STORY = pb.Story(
    id=1,
    article_ids=["a"],
    summary=pb.Summary(
        sentences=[
            pb.SummarySentence(text="It rained.", citations=[pb.Citation(article_id="a", quote="It rained.")])
        ],
        sources=[pb.SourceReport(article_id="a", title="Weather")],
    ),
)
FAILED = pb.Story(id=2, article_ids=["b"], error=Status(code=9, message="nothing was left"))


def _events(
    *stories: pb.Story, unassigned: list[pb.UnassignedArticle] | None = None
) -> list[pb.GenerateDigestResponse]:
    groups = [pb.ArticleGroup(article_ids=story.article_ids) for story in stories]
    completed = pb.DigestCompleted(
        story_ids=[story.id for story in stories],
        failed_story_ids=[story.id for story in stories if story.HasField("error")],
        unassigned=unassigned,
    )
    return [
        pb.GenerateDigestResponse(started=pb.Started(request_id="r")),
        pb.GenerateDigestResponse(grouped=pb.Grouped(stories=groups)),
        *(pb.GenerateDigestResponse(story=story) for story in stories),
        pb.GenerateDigestResponse(completed=completed),
    ]


class Recorder:
    """Stands for the models in this process, and for a server."""

    def __init__(self) -> None:
        self.events = _events(STORY)
        self.local: list[pb.GenerateDigestRequest] = []
        self.settings: list[Settings] = []
        self.kept: list[Path | None] = []
        self.remote: list[tuple[pb.GenerateDigestRequest, Connection]] = []

    def digest(
        self, settings: Settings, request: pb.GenerateDigestRequest, keep: Path | None
    ) -> Iterator[pb.GenerateDigestResponse]:
        self.local.append(request)
        self.settings.append(settings)
        self.kept.append(keep)
        yield from self.events

    def ask(
        self, request: pb.GenerateDigestRequest, connection: Connection
    ) -> Iterator[pb.GenerateDigestResponse]:
        self.remote.append((request, connection))
        yield from self.events


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("service.bootstrap.digest", recorder.digest)
    monkeypatch.setattr("service.cli.remote.digest", recorder.ask)
    monkeypatch.setattr("service.cli.remote.limits", lambda _: pb.Limits(max_digest_articles=2))
    return recorder


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "a.txt").write_text("It rained.", "utf-8")
    return folder


def _run(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["digest", *map(str, arguments)], input=given)


def test_a_folder_becomes_a_digest(recorder: Recorder, desk: Path) -> None:
    result = _run(desk)
    assert result.exit_code == 0
    assert recorder.local == [
        pb.GenerateDigestRequest(
            articles=[pb.Article(id="desk/a", text="It rained.")], options=pb.SummaryOptions()
        )
    ]
    assert "1. It rained." in result.stdout
    assert "It rained. [1]" in result.stdout
    assert result.stderr == ""


def test_with_an_address_the_server_is_asked(recorder: Recorder, desk: Path) -> None:
    assert _run(desk, "--address", "news.example:50051", "--tls").exit_code == 0
    assert [connection for _, connection in recorder.remote] == [Connection("news.example:50051", tls=True)]
    assert recorder.local == []


def test_flags_become_a_request(recorder: Recorder, desk: Path) -> None:
    _run(
        desk,
        "--max-words",
        90,
        "--max-sentences",
        4,
        "--max-stories",
        3,
        "--min-articles",
        2,
        "--extractive",
        "--truncate",
    )
    (request,) = recorder.local
    assert (request.max_stories, request.min_articles) == (3, 2)
    assert request.options == pb.SummaryOptions(
        max_words=90, max_sentences=4, drafting=pb.DRAFTING_EXTRACTIVE, overflow=pb.OVERFLOW_TRUNCATE
    )


def test_what_an_earlier_digest_told_is_the_background_of_the_next(
    recorder: Recorder, desk: Path, tmp_path: Path
) -> None:
    monday = tmp_path / "monday.json"
    assert _run(desk, "--json", "-o", monday).exit_code == 0
    assert _run(desk, "--since", monday, "--focus", "Will it rain?", "--style", "bullets").exit_code == 0
    assert recorder.local[1].options == pb.SummaryOptions(
        background=["It rained."], focus_query="Will it rain?", style=pb.STYLE_BULLETS
    )


def test_standard_input_is_read_as_it_is_told(recorder: Recorder) -> None:
    line = json.dumps({"id": "a", "text": "It rained."})
    assert _run("-", given=line).exit_code == 0
    assert _run("-", "--input-format", "text", given=line).exit_code == 0
    assert [request.articles[0].text for request in recorder.local] == ["It rained.", line]


@pytest.mark.usefixtures("recorder")
def test_bad_files_are_told_at_the_end_and_do_not_stop_the_rest(desk: Path) -> None:
    (desk / "b.txt").write_bytes(b"Z\xfcrich")
    (desk / "c.pdf").write_bytes(b"%PDF")
    result = _run(desk)
    assert result.exit_code == 4
    assert "It rained. [1]" in result.stdout
    assert result.stderr.splitlines() == [
        f"newsweave: {desk}/b.txt: is not UTF-8: byte 1 is 0xfc; convert it first [NOT_UTF8]",
        f"newsweave: {desk}: holds files that are passed over, 1 in all: .pdf [OTHER_FILES]",
    ]


@pytest.mark.usefixtures("recorder")
def test_what_is_only_passed_over_is_no_failure(desk: Path) -> None:
    (desk / "c.pdf").write_bytes(b"%PDF")
    assert _run(desk).exit_code == 0


def test_stories_and_articles_that_failed_are_told(recorder: Recorder, desk: Path) -> None:
    left = [
        pb.UnassignedArticle(article_id="c", reason=pb.UNASSIGNED_REASON_NO_CONTENT, message="nothing left"),
        pb.UnassignedArticle(article_id="d", reason=pb.UNASSIGNED_REASON_MIN_ARTICLES, message="too few"),
    ]
    recorder.events = _events(STORY, FAILED, unassigned=left)
    result = _run(desk)
    assert result.exit_code == 4
    assert result.stderr.splitlines() == [
        "newsweave: story 2 (b): no summary: nothing was left",
        "newsweave: c: in no story: nothing left",
    ]
    recorder.events = _events(STORY, unassigned=left[1:])
    assert _run(desk).exit_code == 0


@pytest.mark.parametrize("flags", [(), ("--address", "news.example:50051")])
def test_articles_beyond_the_limits_are_left_out_and_do_not_stop_the_rest(
    recorder: Recorder, desk: Path, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWEAVE_MAX_DIGEST_ARTICLES", "2")
    for name in ("b", "c", "d"):
        (desk / f"{name}.txt").write_text(f"It rained {name}.", "utf-8")
    result = _run(desk, *flags)
    (request,) = recorder.local or [asked for asked, _ in recorder.remote]
    assert [article.id for article in request.articles] == ["desk/a", "desk/b"]
    assert result.exit_code == 4
    about = "left out, being beyond what one digest takes: desk/c, desk/d"
    assert result.stderr == f"newsweave: 2 of 4 articles: {about} [TOO_MUCH]\n"


def test_an_article_that_is_too_long_leaves_others_their_place(
    recorder: Recorder, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWEAVE_MAX_DIGEST_CHARACTERS", "200")
    (desk / "b.txt").write_text("It rained. " * 20, "utf-8")
    (desk / "c.txt").write_text("It rained again.", "utf-8")
    result = _run(desk)
    (request,) = recorder.local
    assert [article.id for article in request.articles] == ["desk/a", "desk/c"]
    about = "left out, being beyond what one digest takes: desk/b"
    assert result.stderr == f"newsweave: 1 of 3 articles: {about} [TOO_MUCH]\n"


def test_where_nothing_can_be_read_nobody_is_asked(recorder: Recorder, desk: Path) -> None:
    (desk / "a.txt").write_text(" ", "utf-8")
    result = _run(desk)
    assert isinstance(result.exception, InvalidRequest)
    assert exit_status(result.exception) == 2
    (violation,) = result.exception.violations
    assert (violation.field, violation.reason) == (str(desk), "NO_ARTICLES")
    assert "holds no text [EMPTY_TEXT]" in result.stderr
    assert recorder.local == []


def test_what_could_not_be_read_is_told_even_if_there_is_no_digest(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Iterator[pb.GenerateDigestResponse]:
        message = "too much"
        raise QueueFull(message, 1.0)
        yield

    monkeypatch.setattr("service.bootstrap.digest", refuse)
    (desk / "b.txt").write_text(" ", "utf-8")
    result = _run(desk)
    assert isinstance(result.exception, QueueFull)
    assert "EMPTY_TEXT" in result.stderr


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize(
    ("flags", "start"),
    [
        (["--format", "markdown"], "# Digest\n"),
        (["--format", "html"], "<!doctype html>\n"),
        (["--format", "json"], "{\n"),
        (["--json"], "{\n"),
        ([], "1. I"),
    ],
)
def test_a_digest_has_several_forms(desk: Path, tmp_path: Path, flags: list[str], start: str) -> None:
    shown = _run(desk, *flags)
    assert shown.stdout.startswith(start)
    file = tmp_path / "digest"
    written = _run(desk, *flags, "-o", file)
    assert (written.exit_code, written.stdout) == (0, "")
    assert file.read_text("utf-8").startswith(start)
    if flags:
        assert file.read_text("utf-8") == shown.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["desk", "digest"]


@pytest.mark.usefixtures("recorder")
def test_the_json_form_holds_stories_and_what_came_of_them(desk: Path) -> None:
    read = json.loads(_run(desk, "--json").stdout)
    assert read["stories"][0]["summary"]["sentences"][0]["text"] == "It rained."
    assert read["completed"] == {"storyIds": [1]}


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_for_terminals_only(terminal: bool) -> None:  # noqa: FBT001  a parameter
    written = io.StringIO()
    stories, completed = digested(_events(STORY, FAILED), Console(file=written, force_terminal=terminal))
    assert (stories, list(completed.story_ids)) == ([STORY, FAILED], [1, 2])
    assert bool(written.getvalue()) is terminal


def test_exit_status_is_told_by_help() -> None:
    shown = " ".join(_run("--help").stdout.split())
    assert "Exit status: 0 a digest was written, of all that was given; 4" in shown


def test_where_the_models_run_and_where_summaries_are_kept_can_be_said(
    recorder: Recorder, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(desk)
    _run(desk, "--engine", "ray", "--keep", tmp_path / "kept.jsonl")
    monkeypatch.setenv("NEWSWEAVE_ENGINE", "ray")
    _run(desk)
    assert [settings.engine for settings in recorder.settings] == ["local", "ray", "ray"]
    assert recorder.kept == [None, tmp_path / "kept.jsonl", None]


@pytest.mark.parametrize("flags", [("--engine", "ray"), ("--keep", "kept.jsonl")])
def test_a_server_has_its_own_way(recorder: Recorder, desk: Path, flags: tuple[str, str]) -> None:
    result = _run(desk, "--address", "127.0.0.1:1", *flags)
    assert isinstance(result.exception, InvalidRequest)
    assert f"{flags[0]} cannot be used with --address" in str(result.exception)
    assert not recorder.remote
