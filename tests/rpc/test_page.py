"""The page's calls are those of gRPC: the same answers, and the same ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import ParseDict

from newsweave import messages as pb
from service.errors import SettingsError
from service.render.html import Report, render
from tests.rpc.page_calls import HERE, called, events, request_of, streamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve


async def test_the_summary_is_that_of_grpc_to_the_byte(serve: Serve) -> None:
    texts = ("The bridge 🌉 was closed.", "A caf\u00e9 and\u2028 \u202eanother line\x00.")
    request = request_of(*texts, offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES)
    async with serve(web=HERE) as served:
        answer = await streamed(served, request)
        by_grpc = [event async for event in served.client.stream(request)]
    by_page = events(answer)
    assert [event.WhichOneof("event") for event in by_page] == [one.WhichOneof("event") for one in by_grpc]
    assert by_page[-1].completed.SerializeToString(deterministic=True) == by_grpc[
        -1
    ].completed.SerializeToString(deterministic=True)
    assert by_page[1:] == by_grpc[1:]
    assert answer.outcome == ("OK", "")
    (report,) = [line["report"] for line in answer.lines if "report" in line]
    whole = Report.of_summary(request.articles, by_grpc[-1].completed, request.options)
    assert report == render(whole)


async def test_the_page_is_told_what_callers_of_grpc_are(serve: Serve) -> None:
    async with serve(web=HERE, max_articles=7) as served:
        answer = await called(served.server.side_address, "GetServerInfo")
        info = await served.client.server_info()
    assert ParseDict(answer.lines[0]["answer"], pb.GetServerInfoResponse()) == info
    assert info.limits.max_articles == 7


async def test_without_the_setting_there_is_no_page(serve: Serve) -> None:
    async with serve() as served:
        assert served.server.side_address == ""


@pytest.mark.parametrize(
    ("request_", "settings"),
    [
        (request_of(), {}),
        (request_of("text", " "), {}),
        (request_of("a", "b", "c"), {"max_articles": 2}),
        (request_of("long" * 50), {"max_article_characters": 100}),
        (request_of("text", max_words=4_000_000_000), {}),
        (request_of("text", language="fr"), {}),
    ],
)
async def test_what_grpc_refuses_is_refused_in_the_same_words(
    serve: Serve, request_: pb.StreamSummarizeRequest, settings: dict[str, Any]
) -> None:
    async with serve(web=HERE, **settings) as served:
        told = (await streamed(served, request_)).status
        error = await served.refused(anext(served.client.stream(request_)))
    assert (told["code"], told["reason"], told["message"]) == (error.code.name, error.reason, error.message)
    shown = [(one["field"], one["reason"], one["description"]) for one in told["violations"]]
    assert shown == [(one.field, one.reason, one.description) for one in error.violations]
    assert shown


async def test_models_that_load_are_told_with_the_time_to_come_back(serve: Serve) -> None:
    async with serve(ready=False, web=HERE) as served:
        told = (await called(served.server.side_address, "GetServerInfo")).status
    assert (told["code"], told["reason"]) == ("UNAVAILABLE", "MODEL_NOT_READY")
    assert told["retryAfter"] > 0


async def test_a_bug_is_told_without_a_word_of_it(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Job, __: Models) -> Iterator[Event]:
        message = "secret"
        raise LookupError(message)

    async with serve(broken, web=HERE) as served:
        answer = await streamed(served, request_of("text"), **{"x-request-id": "mine"})
    assert answer.outcome == ("INTERNAL", "INTERNAL")
    assert answer.status["requestId"] == "mine"
    assert b"secret" not in answer.body
    assert "secret" not in caplog.text


async def test_a_report_that_fails_is_told_as_a_bug(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Report) -> str:
        message = "secret"
        raise LookupError(message)

    monkeypatch.setattr("service.web.calls.html.render", broken)
    async with serve(web=HERE) as served:
        answer = await streamed(served, request_of("text"))
    assert answer.outcome == ("INTERNAL", "INTERNAL")
    assert b"secret" not in answer.body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[1]",
        b"{",
        b"\xff\xfe",
        b'{"articles": [{"id": "a", "text": "\\ud800"}]}',
        b'{"articels": []}',
        b'{"articles": "text"}',
        b'{"options": {"maxWords": -1}}',
        b'{"a":' * 100_000,
    ],
)
async def test_what_is_no_request_is_told_as_such(serve: Serve, body: bytes) -> None:
    async with serve(web=HERE) as served:
        answer = await called(served.server.side_address, "StreamSummarize", body)
    assert answer.outcome == ("INVALID_ARGUMENT", "MALFORMED_REQUEST")


async def test_an_address_in_use_is_told_as_such(serve: Serve) -> None:
    async with serve(web=HERE) as served:
        with pytest.raises(SettingsError, match=r"web is 127.0.0.1:.*Address already in use"):
            async with serve(web=served.server.side_address):
                pass


async def test_where_the_page_is_stands_in_the_log(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with serve(web=HERE) as served:
        (told,) = [record for record in caplog.records if record.getMessage() == "the page is served"]
        assert vars(told)["url"] == f"http://{served.server.side_address}/"


async def test_the_name_that_a_caller_gives_its_request_is_kept(serve: Serve) -> None:
    async with serve(web=HERE) as served:
        answer = await streamed(served, request_of("text"), **{"x-request-id": "mine"})
    assert events(answer)[0].started.request_id == "mine"
