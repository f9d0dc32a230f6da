"""``newsweave summarize``."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from newsweave.v1 import newsweave_pb2 as pb
from service import bootstrap
from service.cli import remote
from service.cli.articles import read
from service.cli.connection import TOKEN_VARIABLE, Connection
from service.cli.progress import shown
from service.render import json, terminal
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_STATUS = (
    "Exit status: 0 a summary was written; 2 files, options, credentials or articles must be changed; "
    "3 the server cannot take the request now; 1 anything else."
)
_MOST = 2**32 - 1


class Style(StrEnum):
    """The styles of the contract, as a flag names them."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    HEADLINE_AND_PARAGRAPH = "headline-and-paragraph"


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="Articles about one event, one a file: UTF-8 text, or HTML (.html, .htm)."
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print the JSON form of SummarizeResponse, and nothing else.")
]
Words = Annotated[
    int | None, typer.Option(min=1, max=_MOST, show_default="200", help="Most words in the summary.")
]
Sentences = Annotated[
    int | None, typer.Option(min=1, max=_MOST, show_default="no limit", help="Most sentences.")
]
Extractive = Annotated[bool, typer.Option("--extractive", help="Use only sentences of the articles.")]
Truncate = Annotated[bool, typer.Option("--truncate", help="Cut articles that are too long, and report it.")]
StyleName = Annotated[
    Style | None, typer.Option("--style", help="How the summary is to read.", show_default="paragraph")
]
Address = Annotated[
    str, typer.Option(metavar="HOST:PORT", help="Ask a server instead of loading the models.")
]
Tls = Annotated[bool, typer.Option("--tls", help="Encrypt, and trust the authorities that gRPC knows.")]
Ca = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Encrypt, and trust the authorities of this PEM file only."),
]
ClientCertificate = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Encrypt, and show this certificate (PEM).")
]
ClientKey = Annotated[Path | None, typer.Option(metavar="FILE", help="The key of that certificate (PEM).")]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=f"Show the token in this file. (variable with the token itself: {TOKEN_VARIABLE})",
    ),
]
Plaintext = Annotated[
    bool, typer.Option("--allow-plaintext", help="Let the token go to another machine without TLS.")
]
Clusters = Annotated[
    bool, typer.Option("--include-clusters", help="Report which sentences say the same (JSON).")
]


def command(  # noqa: PLR0913  one parameter a flag
    files: Files,
    *,
    as_json: Json = False,
    max_words: Words = None,
    max_sentences: Sentences = None,
    extractive: Extractive = False,
    truncate: Truncate = False,
    style: StyleName = None,
    address: Address = "",
    tls: Tls = False,
    ca: Ca = None,
    client_certificate: ClientCertificate = None,
    client_key: ClientKey = None,
    token_file: TokenFile = None,
    allow_plaintext: Plaintext = False,
    include_clusters: Clusters = False,
) -> None:
    """Summarize articles about one event; every sentence cites the spans that support it."""
    options = pb.SummaryOptions(
        max_words=max_words or 0,
        max_sentences=max_sentences or 0,
        drafting=pb.DRAFTING_EXTRACTIVE if extractive else pb.DRAFTING_UNSPECIFIED,
        overflow=pb.OVERFLOW_TRUNCATE if truncate else pb.OVERFLOW_UNSPECIFIED,
        include_clusters=include_clusters,
        style=pb.Style.Value(f"STYLE_{style.name}") if style else pb.STYLE_UNSPECIFIED,
    )
    request = pb.StreamSummarizeRequest(articles=read(files), options=options)
    connection = Connection(
        address, tls, ca, client_certificate, client_key, token_file, allow_plaintext=allow_plaintext
    )
    summary = shown(_events(request, connection), Console(stderr=True))
    if as_json:
        typer.echo(json.render(pb.SummarizeResponse(summary=summary)))
    else:
        Console(highlight=False).print(terminal.render(summary))


def _events(
    request: pb.StreamSummarizeRequest, connection: Connection
) -> Iterator[pb.StreamSummarizeResponse]:
    """Stream the same events from a server or from the models in this process."""
    if connection.address:
        return remote.stream(request, connection)
    return bootstrap.stream(Settings.from_environment(os.environ), request)
