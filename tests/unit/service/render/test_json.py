from __future__ import annotations

from google.protobuf import json_format

from newsweave.v1 import newsweave_pb2 as pb
from service.render import json


def test_the_json_form_can_be_read_back_and_keeps_text_as_it_is() -> None:
    sentence = pb.SummarySentence(text="“Ja”, sagte Ängström.", mode=pb.SENTENCE_MODE_EXTRACTED)
    response = pb.SummarizeResponse(summary=pb.Summary(sentences=[sentence]))
    rendered = json.render(response)
    assert json_format.Parse(rendered, pb.SummarizeResponse()) == response
    assert "“Ja”, sagte Ängström." in rendered
    assert "SENTENCE_MODE_EXTRACTED" in rendered
