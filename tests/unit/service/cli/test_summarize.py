from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from google.protobuf import json_format
from rich.console import Console
from typer.testing import CliRunner

from newsweave.v1 import newsweave_pb2 as pb
from service.cli import app
from service.cli.connection import Connection
from service.cli.progress import shown, told
from service.errors import NoContent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from service.settings import Settings

CITED = pb.Citation(article_id="a", span=pb.Span(end=10), quote="It rained.")
SUMMARY = pb.Summary(
    sentences=[pb.SummarySentence(text="It rained.", citations=[CITED])],
    sources=[pb.SourceReport(article_id="a", title="Weather")],
)
EVENTS = [
    pb.StreamSummarizeResponse(started=pb.Started(request_id="r")),
    pb.StreamSummarizeResponse(source_report=SUMMARY.sources[0]),
    pb.StreamSummarizeResponse(progress=pb.Progress(stage=pb.STAGE_CLEAN)),
    pb.StreamSummarizeResponse(progress=pb.Progress(stage=pb.STAGE_DRAFT, done=1, total=4)),
    pb.StreamSummarizeResponse(sentence=SUMMARY.sentences[0]),
    pb.StreamSummarizeResponse(completed=SUMMARY),
]


class Recorder:
    """Stands for the models in this process, and for a server."""

    def __init__(self) -> None:
        self.local: list[pb.StreamSummarizeRequest] = []
        self.remote: list[tuple[pb.StreamSummarizeRequest, Connection]] = []

    def stream(
        self, _settings: Settings, request: pb.StreamSummarizeRequest
    ) -> Iterator[pb.StreamSummarizeResponse]:
        self.local.append(request)
        yield from EVENTS

    def ask(
        self, request: pb.StreamSummarizeRequest, connection: Connection
    ) -> Iterator[pb.StreamSummarizeResponse]:
        self.remote.append((request, connection))
        yield from EVENTS


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("service.bootstrap.stream", recorder.stream)
    monkeypatch.setattr("service.cli.remote.stream", recorder.ask)
    return recorder


def _run(folder: Path, *flags: str) -> Result:
    file = folder / "a.txt"
    file.write_text("It rained.", "utf-8")
    return CliRunner().invoke(app, ["summarize", str(file), *flags])


def test_without_an_address_the_models_of_this_process_are_asked(recorder: Recorder, tmp_path: Path) -> None:
    result = _run(tmp_path)
    assert result.exit_code == 0
    assert recorder.local == [
        pb.StreamSummarizeRequest(
            articles=[pb.Article(id="a", text="It rained.")], options=pb.SummaryOptions()
        )
    ]
    assert "It rained. [1]" in result.stdout
    assert result.stderr == ""


def test_with_an_address_the_server_is_asked(recorder: Recorder, tmp_path: Path) -> None:
    result = _run(tmp_path, "--address", "news.example:50051")
    assert result.exit_code == 0
    assert [connection for _, connection in recorder.remote] == [Connection("news.example:50051")]
    assert recorder.local == []


def test_flags_tell_how_to_reach_the_server(recorder: Recorder, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("ca", "client-certificate", "client-key", "token-file")]
    flags = [text for path in files for text in (f"--{path.name}", str(path))]
    _run(tmp_path, "--address", "news.example:1", "--tls", *flags, "--allow-plaintext")
    ca, certificate, key, token_file = files
    ((_, connection),) = recorder.remote
    assert connection == Connection(
        "news.example:1",
        tls=True,
        ca=ca,
        certificate=certificate,
        key=key,
        token_file=token_file,
        allow_plaintext=True,
    )


def test_no_flag_takes_a_token_that_others_could_see(tmp_path: Path) -> None:
    assert _run(tmp_path, "--token", "secret").exit_code == 2


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("paragraph", pb.STYLE_PARAGRAPH),
        ("bullets", pb.STYLE_BULLETS),
        ("headline-and-paragraph", pb.STYLE_HEADLINE_AND_PARAGRAPH),
    ],
)
def test_a_style_has_a_name(recorder: Recorder, tmp_path: Path, name: str, style: pb.Style.ValueType) -> None:
    _run(tmp_path, "--style", name)
    assert recorder.local[0].options == pb.SummaryOptions(style=style)
    assert _run(tmp_path, "--style", "verse").exit_code == 2


def test_flags_become_options(recorder: Recorder, tmp_path: Path) -> None:
    flags = ("--extractive", "--truncate", "--include-clusters")
    _run(tmp_path, "--max-words", "90", "--max-sentences", "4", *flags)
    assert recorder.local[0].options == pb.SummaryOptions(
        max_words=90,
        max_sentences=4,
        drafting=pb.DRAFTING_EXTRACTIVE,
        overflow=pb.OVERFLOW_TRUNCATE,
        include_clusters=True,
    )


@pytest.mark.usefixtures("recorder")
def test_json_is_the_response_and_nothing_else(tmp_path: Path) -> None:
    result = _run(tmp_path, "--json")
    assert json_format.Parse(result.stdout, pb.SummarizeResponse()) == pb.SummarizeResponse(summary=SUMMARY)
    assert result.stderr == ""


@pytest.mark.usefixtures("recorder")
def test_a_budget_of_nothing_is_a_wrong_flag(tmp_path: Path) -> None:
    result = _run(tmp_path, "--max-words", "0")
    assert result.exit_code == 2
    assert "--max-words" in result.stderr


def test_a_refusal_passes_through(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(
        _settings: Settings, _request: pb.StreamSummarizeRequest
    ) -> Iterator[pb.StreamSummarizeResponse]:
        raise NoContent(())
        yield

    monkeypatch.setattr("service.bootstrap.stream", refuse)
    assert isinstance(_run(tmp_path).exception, NoContent)


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_for_terminals_only(terminal: bool) -> None:  # noqa: FBT001  a parameter
    written = io.StringIO()
    assert shown(EVENTS, Console(file=written, force_terminal=terminal)) == SUMMARY
    assert bool(written.getvalue()) is terminal


def test_events_in_words() -> None:
    assert [told(event) for event in EVENTS] == [
        "reading the articles",
        "",
        "cleaned and split",
        "writing and checking, 1 of 4 sentences",
        "",
        "",
    ]


@pytest.mark.usefixtures("recorder")
def test_markdown_and_json_are_forms_and_can_be_written_to_a_file(tmp_path: Path) -> None:
    shown = _run(tmp_path, "--format", "markdown")
    assert shown.stdout.startswith("It rained. \\[1\\]\n\n## Sources\n")
    assert _run(tmp_path, "--format", "json").stdout == _run(tmp_path, "--json").stdout
    assert _run(tmp_path, "--format", "html").stdout.startswith("<!doctype html>\n")
    file = tmp_path / "summary.md"
    assert _run(tmp_path, "--format", "markdown", "--output", str(file)).stdout == ""
    assert file.read_text("utf-8") == shown.stdout


def test_what_is_known_and_asked_becomes_options(recorder: Recorder, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text("It was dry.", "utf-8")
    _run(tmp_path, "--since", str(known), "--focus", "rain")
    assert recorder.local[0].options == pb.SummaryOptions(background=["It was dry."], focus_query="rain")


def test_files_of_every_kind_are_summarized_and_notes_are_told(recorder: Recorder, tmp_path: Path) -> None:
    pile = tmp_path / "pile.jsonl"
    pile.write_text('{"id": "x", "text": "One.", "desk": 1}\n{"id": "y", "text": "Two."}\n', "utf-8")
    result = CliRunner().invoke(app, ["summarize", str(pile)])
    assert result.exit_code == 0
    assert [article.id for article in recorder.local[0].articles] == ["x", "y"]
    assert result.stderr == f"newsweave: {pile}: has fields that are ignored: desk [UNKNOWN_FIELDS]\n"


def test_standard_input_is_read_as_it_is_told(recorder: Recorder) -> None:
    line = '{"id": "a", "text": "It rained."}'
    for flags in ([], ["--input-format", "text"]):
        assert CliRunner().invoke(app, ["summarize", "-", *flags], input=line).exit_code == 0
    assert [request.articles[0].text for request in recorder.local] == ["It rained.", line]
