from __future__ import annotations

import json as plain_json

from google.protobuf import json_format
from google.protobuf.any_pb2 import Any
from google.rpc.error_details_pb2 import ErrorInfo

from newsweave.v1 import newsweave_pb2 as pb
from service.render import json
from tests.unit.service.render.shown import digest


def test_the_json_form_can_be_read_back_and_keeps_text_as_it_is() -> None:
    sentence = pb.SummarySentence(text="“Ja”, sagte Ängström.", mode=pb.SENTENCE_MODE_EXTRACTED)
    response = pb.SummarizeResponse(summary=pb.Summary(sentences=[sentence]))
    rendered = json.render(response)
    assert json_format.Parse(rendered, pb.SummarizeResponse()) == response
    assert "“Ja”, sagte Ängström." in rendered
    assert "SENTENCE_MODE_EXTRACTED" in rendered


def test_a_digest_is_its_stories_and_what_came_of_them() -> None:
    stories, completed = digest()
    detail = Any()
    detail.Pack(ErrorInfo(reason="NO_CONTENT", domain="newsweave"))
    stories[2].error.details.append(detail)
    read = plain_json.loads(json.render_digest(stories, completed))
    assert list(read) == ["stories", "completed"]
    assert [json_format.ParseDict(item, pb.Story()) for item in read["stories"]] == stories
    assert json_format.ParseDict(read["completed"], pb.DigestCompleted()) == completed
    assert read["stories"][2]["error"]["details"][0]["reason"] == "NO_CONTENT"
