"""``newsweave digest``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from newsweave.v1 import newsweave_pb2 as pb
from service import bootstrap
from service.cli import articles, earlier, options, output, remarks, remote
from service.cli.connection import Connection
from service.cli.faults import INCOMPLETE
from service.cli.progress import digested
from service.errors import InvalidRequest, Violation
from service.reading import pile
from service.render import digest_terminal, html, json, markdown
from service.rpc import convert
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.reading.found import Reading

EXIT_STATUS = (
    "Exit status: 0 a digest was written, of all that was given; 4 a digest was written, and stderr tells "
    "which files, articles or stories are missing from it; 2 nothing could be read, or options or "
    "credentials must be changed; 3 the server cannot take the request now; 1 anything else."
)
# Reasons for being in no story that were asked for.
_WANTED = {pb.UNASSIGNED_REASON_MAX_STORIES, pb.UNASSIGNED_REASON_MIN_ARTICLES}

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files, folders, patterns in quotes, or - for standard input: "
        "text, HTML, JSON, RSS, Atom, WARC (docs/reading.md).",
    ),
]
Stories = Annotated[
    int | None,
    typer.Option(
        min=1, max=options.MOST, show_default="no limit", help="Most stories, the most covered first."
    ),
]
Least = Annotated[
    int | None, typer.Option(min=1, max=options.MOST, show_default="1", help="Least articles in a story.")
]
Engine = Annotated[
    str,
    typer.Option(
        metavar="local|ray",
        show_default="local",
        help="Where the models run: here, or in replicas on a cluster of Ray (docs/operations/ray.md).",
    ),
]
Keep = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        show_default=False,
        help="Keep each summary here as soon as it is finished; a run that was ended goes on from there.",
    ),
]


def command(  # noqa: PLR0913  one parameter a flag
    paths: Paths,
    *,
    input_format: articles.Kind = None,
    form: output.Form = output.Format.TERMINAL,
    as_json: output.Json = False,
    file: output.File = None,
    max_words: options.Words = None,
    max_sentences: options.Sentences = None,
    max_stories: Stories = None,
    min_articles: Least = None,
    extractive: options.Extractive = False,
    truncate: options.Truncate = False,
    style: options.StyleName = None,
    focus: options.Focus = "",
    since: options.Since = None,
    engine: Engine = "",
    keep: Keep = None,
    address: options.Address = "",
    tls: options.Tls = False,
    ca: options.Ca = None,
    client_certificate: options.ClientCertificate = None,
    client_key: options.ClientKey = None,
    token_file: options.TokenFile = None,
    allow_plaintext: options.Plaintext = False,
) -> None:
    """Find the stories in a pile of articles, and summarize each; what cannot be read is told at the end."""
    form = output.chosen(form, as_json=as_json)
    output.check(file)
    connection = Connection(
        address, tls, ca, client_certificate, client_key, token_file, allow_plaintext=allow_plaintext
    )
    _refuse_ours(connection, engine, keep)
    reading = pile.read(paths, input_format)
    try:
        reading = articles.taken(reading, _limits(connection))
        asked = options.summary_options(
            max_words, max_sentences, style, extractive=extractive, truncate=truncate
        )
        asked.focus_query = focus
        asked.MergeFrom(earlier.background(since or ()))
        asked.include_clusters = form is output.Format.HTML
        request = pb.GenerateDigestRequest(
            articles=_articles(reading, paths),
            options=asked,
            max_stories=max_stories or 0,
            min_articles=min_articles or 0,
        )
        stories, completed = digested(_events(request, connection, engine, keep), Console(stderr=True))
        views = {
            output.Format.TERMINAL: lambda: digest_terminal.render(stories, completed),
            output.Format.MARKDOWN: lambda: markdown.render_digest(stories, completed),
            output.Format.HTML: lambda: html.render(
                html.Report(request.articles, stories, completed, request.options)
            ),
            output.Format.JSON: lambda: json.render_digest(stories, completed),
        }
        output.write(form, views, file)
    finally:
        remarks.tell(reading.remarks)
    missing = [
        *map(_failed, filter(_has_failed, stories)),
        *map(_left_out, filter(_is_lost, completed.unassigned)),
    ]
    remarks.say(missing)
    if missing or not reading.is_whole:
        raise typer.Exit(INCOMPLETE)


def _refuse_ours(connection: Connection, engine: str, keep: Path | None) -> None:
    """Refuse options of models that are used from here where a server is asked. Raises InvalidRequest."""
    given = [name for name, is_given in (("--engine", engine), ("--keep", keep)) if is_given]
    if connection.address and given:
        about = f"{' and '.join(given)} cannot be used with --address: the server has its own way"
        raise InvalidRequest((Violation(given[0], "OPTIONS_EXCLUDE_EACH_OTHER", about),))


def _articles(reading: Reading, paths: list[str]) -> tuple[pb.Article, ...]:
    """Return the articles that were read.

    Raises:
        InvalidRequest: There are none.
    """
    if not reading.articles:
        raise InvalidRequest((articles.nothing(paths),))
    return reading.articles


def _limits(connection: Connection) -> pb.Limits:
    """Return what the server takes, or the models in this process."""
    if connection.address:
        return remote.limits(connection)
    return convert.limits(Settings.from_environment(os.environ))


def _events(
    request: pb.GenerateDigestRequest, connection: Connection, engine: str, keep: Path | None
) -> Iterator[pb.GenerateDigestResponse]:
    """Stream the same events from a server or from models that are used from here."""
    if connection.address:
        return remote.digest(request, connection)
    settings = Settings.from_environment(os.environ, {"engine": engine} if engine else {})
    return bootstrap.digest(settings, request, keep)


def _has_failed(story: pb.Story) -> bool:
    return story.HasField("error")


def _failed(story: pb.Story) -> str:
    return f"story {story.id} ({', '.join(story.article_ids)}): no summary: {story.error.message}"


def _is_lost(item: pb.UnassignedArticle) -> bool:
    """Return whether an article is missing for a fault of its own, and not because so much was asked for."""
    return item.reason not in _WANTED


def _left_out(item: pb.UnassignedArticle) -> str:
    return f"{item.article_id}: in no story: {item.message}"
