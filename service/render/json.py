"""The JSON form of a response, as the protobuf specification defines it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

# Makes the details known that a status can hold; what is not known has no JSON form.
from google.protobuf.json_format import MessageToDict, MessageToJson
from google.rpc import error_details_pb2  # noqa: F401  see above

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsweave.v1.newsweave_pb2 import DigestCompleted, Story, SummarizeResponse


def render(response: SummarizeResponse) -> str:
    """Return the response as JSON, with fields in the order of the contract and text as it is."""
    return MessageToJson(response, ensure_ascii=False)


def render_digest(stories: Sequence[Story], completed: DigestCompleted) -> str:
    """Return a digest as one object: ``stories``, each the JSON form of Story, and ``completed``."""
    whole = {"stories": [MessageToDict(story) for story in stories], "completed": MessageToDict(completed)}
    return json.dumps(whole, ensure_ascii=False, indent=2)
