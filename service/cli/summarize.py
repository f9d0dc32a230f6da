"""``newsweave summarize``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from newsweave.v1 import newsweave_pb2 as pb
from service import bootstrap
from service.cli import articles, earlier, options, output, remote
from service.cli.connection import Connection
from service.cli.progress import shown
from service.render import html, json, markdown, terminal
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_STATUS = (
    "Exit status: 0 a summary was written; 2 files, options, credentials or articles must be changed; "
    "3 the server cannot take the request now; 1 anything else."
)

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Articles about one event: files, folders, patterns in quotes, or - for standard input: "
        "text, HTML, JSON, RSS, Atom, WARC (docs/reading.md).",
    ),
]
Clusters = Annotated[
    bool, typer.Option("--include-clusters", help="Report what became of every sentence (JSON).")
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
    extractive: options.Extractive = False,
    truncate: options.Truncate = False,
    style: options.StyleName = None,
    focus: options.Focus = "",
    since: options.Since = None,
    address: options.Address = "",
    tls: options.Tls = False,
    ca: options.Ca = None,
    client_certificate: options.ClientCertificate = None,
    client_key: options.ClientKey = None,
    token_file: options.TokenFile = None,
    allow_plaintext: options.Plaintext = False,
    include_clusters: Clusters = False,
) -> None:
    """Summarize articles about one event; every sentence cites the spans that support it."""
    form = output.chosen(form, as_json=as_json)
    output.check(file)
    asked = options.summary_options(max_words, max_sentences, style, extractive=extractive, truncate=truncate)
    asked.focus_query = focus
    asked.MergeFrom(earlier.background(since or ()))
    asked.include_clusters = include_clusters or form is output.Format.HTML
    request = pb.StreamSummarizeRequest(articles=articles.read(paths, input_format), options=asked)
    connection = Connection(
        address, tls, ca, client_certificate, client_key, token_file, allow_plaintext=allow_plaintext
    )
    summary = shown(_events(request, connection), Console(stderr=True))
    views = {
        output.Format.TERMINAL: lambda: terminal.render(summary),
        output.Format.MARKDOWN: lambda: markdown.render(summary),
        output.Format.HTML: lambda: html.render(html.Report.of_summary(request.articles, summary, asked)),
        output.Format.JSON: lambda: json.render(pb.SummarizeResponse(summary=summary)),
    }
    output.write(form, views, file)


def _events(
    request: pb.StreamSummarizeRequest, connection: Connection
) -> Iterator[pb.StreamSummarizeResponse]:
    """Stream the same events from a server or from the models in this process."""
    if connection.address:
        return remote.stream(request, connection)
    return bootstrap.stream(Settings.from_environment(os.environ), request)
