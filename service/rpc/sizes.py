"""How much a request holds, whichever call it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsweave.v1 import newsweave_pb2 as pb
from service.rpc.article_rules import characters, html_characters

if TYPE_CHECKING:
    from google.protobuf.message import Message


def sizes(request: Message) -> tuple[int, int]:
    """Return how many articles a request holds, and how many characters these have."""
    parts = request.items if isinstance(request, pb.BatchSummarizeRequest) else [request]
    articles = [article for part in parts for article in getattr(part, "articles", ())]
    return len(articles), characters(articles) + html_characters(articles)
