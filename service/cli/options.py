"""Options that several commands have, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newsweave.v1 import newsweave_pb2 as pb
from service.cli.connection import TOKEN_VARIABLE

MOST = 2**32 - 1


class Style(StrEnum):
    """The styles of the contract, as a flag names them."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    HEADLINE_AND_PARAGRAPH = "headline-and-paragraph"


Words = Annotated[
    int | None, typer.Option(min=1, max=MOST, show_default="200", help="Most words in a summary.")
]
Sentences = Annotated[
    int | None, typer.Option(min=1, max=MOST, show_default="no limit", help="Most sentences in a summary.")
]
Extractive = Annotated[bool, typer.Option("--extractive", help="Use only sentences of the articles.")]
Truncate = Annotated[bool, typer.Option("--truncate", help="Cut articles that are too long, and report it.")]
StyleName = Annotated[
    Style | None, typer.Option("--style", help="How a summary is to read.", show_default="paragraph")
]
Focus = Annotated[
    str,
    typer.Option("--focus", metavar="QUESTION", help="Tell first what bears on this.", show_default=False),
]
Since = Annotated[
    list[Path] | None,
    typer.Option(
        "--since",
        metavar="FILE",
        help="Leave out what this digest or summary told, word for word (its .json), or this text. "
        "May be given several times.",
        show_default=False,
    ),
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


def summary_options(
    max_words: int | None,
    max_sentences: int | None,
    style: Style | None,
    *,
    extractive: bool,
    truncate: bool,
) -> pb.SummaryOptions:
    """Return what a request asks for; what is not given is left to the server."""
    return pb.SummaryOptions(
        max_words=max_words or 0,
        max_sentences=max_sentences or 0,
        drafting=pb.DRAFTING_EXTRACTIVE if extractive else pb.DRAFTING_UNSPECIFIED,
        overflow=pb.OVERFLOW_TRUNCATE if truncate else pb.OVERFLOW_UNSPECIFIED,
        style=pb.Style.Value(f"STYLE_{style.name}") if style else pb.STYLE_UNSPECIFIED,
    )
