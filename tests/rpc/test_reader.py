"""What the reader knows and asks, over the wire: each call tells the same, in every unit of offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsweave import messages as pb
from tests.rpc.bad_input import AGAIN, NEWS
from tests.rpc.test_bad_input import CODECS, ask, check_summary, weave

if TYPE_CHECKING:
    from tests.rpc.conftest import Serve

PLAIN = ("\n".join(NEWS), "\n".join(AGAIN))
TEXTS = tuple(f"😀 e\u0301 漢\n\n{text}" for text in PLAIN)
KNOWN = "It rained in Dale."


def codes(summary: pb.Summary) -> list[pb.WarningCode.ValueType]:
    return [warning.code for warning in summary.warnings]


@pytest.mark.parametrize("encoding", CODECS)
async def test_what_is_known_is_told_by_every_call_with_an_exact_citation(
    serve: Serve, encoding: pb.OffsetEncoding.ValueType
) -> None:
    async with serve(weave) as served:
        request = served.request(
            *TEXTS, background=[KNOWN, f"{KNOWN} {NEWS[1]} {AGAIN[1]}"], offset_encoding=encoding
        )
        summary = await ask(served, request)
    assert isinstance(summary, pb.Summary)
    check_summary(summary, request)
    (known,) = summary.known
    assert known.background_index == 1
    assert known.citation.quote in {NEWS[1], AGAIN[1]}
    assert known.citation.role == pb.CITATION_ROLE_SUPPORTS
    assert known.citation.quote not in [item.quote for one in summary.sentences for item in one.citations]


async def test_a_reader_who_knows_all_is_told_so_by_every_call(serve: Serve) -> None:
    async with serve(weave) as served:
        summary = await ask(served, served.request(*PLAIN, background=[*NEWS, *AGAIN]))
    assert isinstance(summary, pb.Summary)
    assert (list(summary.sentences), codes(summary)) == ([], [pb.WARNING_CODE_NOTHING_NEW])
    assert summary.known


async def test_a_question_without_an_answer_is_told_so_by_every_call(serve: Serve) -> None:
    async with serve(weave) as served:
        plain = await ask(served, served.request(*PLAIN))
        asked = served.request(*PLAIN, focus_query="interest rates")
        summary = await ask(served, asked)
    assert isinstance(plain, pb.Summary)
    assert isinstance(summary, pb.Summary)
    assert codes(summary) == [pb.WARNING_CODE_NOT_ANSWERED, *codes(plain)]
    assert summary.sentences == plain.sentences


async def test_the_limits_of_what_a_reader_sends_are_told(serve: Serve) -> None:
    async with serve(max_background_texts=7, max_query_characters=70) as served:
        limits = (await served.client.server_info()).limits
    assert (limits.max_background_texts, limits.max_query_characters) == (7, 70)
    assert 0 < limits.max_background_characters < limits.max_digest_background_characters
