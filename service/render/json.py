"""The JSON form of a response, as the protobuf specification defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.json_format import MessageToJson

if TYPE_CHECKING:
    from newsweave.v1.newsweave_pb2 import SummarizeResponse


def render(response: SummarizeResponse) -> str:
    """Return the response as JSON, with fields in the order of the contract and text as it is."""
    return MessageToJson(response, ensure_ascii=False)
