"""What a body may cost before it is a message."""

from __future__ import annotations

import json
import time

import pytest
from google.protobuf.json_format import MessageToJson
from hypothesis import given
from hypothesis import strategies as st

from newsweave import messages as pb
from service.errors import MalformedRequest
from service.web.exchange import _MOST_STRUCTURE, _STRING, _parsed

KIND = pb.StreamSummarizeRequest
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_a_request_in_its_json_form_is_that_request(articles: list[tuple[str, str]]) -> None:
    asked = KIND(articles=[pb.Article(id=name, text=text) for name, text in articles])
    assert _parsed(MessageToJson(asked).encode(), KIND) == asked
    assert _parsed(MessageToJson(asked, ensure_ascii=False).encode(), KIND) == asked


@given(st.recursive(TEXT | st.integers() | st.none(), lambda one: st.lists(one) | st.dictionaries(TEXT, one)))
def test_what_is_left_of_json_without_its_strings_is_its_structure(value: object) -> None:
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    left = _STRING.sub(b"", written)
    assert set(left) <= set(b"[]{}:,-0123456789null")
    assert [left.count(one) for one in (b"[", b"{")] == [_count(value, list), _count(value, dict)]


def _count(value: object, kind: type) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, kind) + sum(_count(one, kind) for one in inner)


@pytest.mark.parametrize("bomb", [b'{"articles":[' + b"{}," * _MOST_STRUCTURE, b"[" * (_MOST_STRUCTURE + 1)])
def test_a_body_of_structure_is_refused_before_objects_are_made_of_it(bomb: bytes) -> None:
    with pytest.raises(MalformedRequest, match="beside its strings"):
        _parsed(bomb, KIND)


@pytest.mark.parametrize(
    "bomb", [b'"\\' * 2_000_000, b'"' + b"\\\\" * 2_000_000, b'"x' * 1_999_999, b"\\" * 1_999_999]
)
def test_no_body_takes_more_than_one_pass(bomb: bytes) -> None:
    begun = time.perf_counter()
    with pytest.raises(MalformedRequest):
        _parsed(bomb, KIND)
    assert time.perf_counter() - begun < 5
