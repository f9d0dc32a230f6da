"""The page's calls are those of gRPC: the same answers, limits, callers and ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import ssl
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import MessageToJson, ParseDict

from newsweave import messages as pb
from service import bootstrap
from service.errors import SettingsError
from service.render.html import Report, render
from service.rpc import callers_file, tokens
from service.rpc import endpoint as endpoint_module
from service.rpc.server import serve as serve_until_asked
from service.web import connection
from tests.rpc.certificates import Authority
from tests.rpc.page_calls import Answer, asked, begun, called
from tests.rpc.test_lifetime import Steps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Hosted, Serve, Served

    Pipeline = Callable[[Job, Models], Iterator[Event]]

HERE = "127.0.0.1:0"
PATIENCE = 20.0


@pytest.fixture
def steps(pipeline: Pipeline) -> Steps:
    return Steps(pipeline)


def _request(*texts: str, **options: object) -> pb.StreamSummarizeRequest:
    articles = [pb.Article(id=f"a{index}", text=text) for index, text in enumerate(texts)]
    return pb.StreamSummarizeRequest(articles=articles, options=pb.SummaryOptions(**options))  # type: ignore[arg-type]


async def _stream(served: Served, request: pb.StreamSummarizeRequest, **headers: str) -> Answer:
    return await called(served.server.side_address, "StreamSummarize", MessageToJson(request), headers)


def _events(answer: Answer) -> list[pb.StreamSummarizeResponse]:
    told = [line["answer"] for line in answer.lines if "answer" in line]
    return [ParseDict(one, pb.StreamSummarizeResponse()) for one in told]


async def test_the_summary_is_that_of_grpc_to_the_byte(serve: Serve) -> None:
    texts = ("The bridge 🌉 was closed.", "A caf\u00e9 and\u2028 \u202eanother line\x00.")
    request = _request(*texts, offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES)
    async with serve(web=HERE) as served:
        answer = await _stream(served, request)
        by_grpc = [event async for event in served.client.stream(request)]
    by_page = _events(answer)
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
        (_request(), {}),
        (_request("text", " "), {}),
        (_request("a", "b", "c"), {"max_articles": 2}),
        (_request("long" * 50), {"max_article_characters": 100}),
        (_request("text", max_words=4_000_000_000), {}),
        (_request("text", language="fr"), {}),
    ],
)
async def test_what_grpc_refuses_is_refused_in_the_same_words(
    serve: Serve, request_: pb.StreamSummarizeRequest, settings: dict[str, Any]
) -> None:
    async with serve(web=HERE, **settings) as served:
        told = (await _stream(served, request_)).status
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
        answer = await _stream(served, _request("text"), **{"x-request-id": "mine"})
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
        answer = await _stream(served, _request("text"))
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


@pytest.mark.parametrize("way", ["whole", "in chunks", "announced"])
async def test_a_body_may_be_twice_as_long_as_a_request(serve: Serve, way: str) -> None:
    names = ("request_characters", "request_html_characters", "digest_characters", "digest_html_characters")
    more = ("article_characters", "background_characters", "digest_background_characters")
    limits: dict[str, Any] = dict.fromkeys((f"max_{name}" for name in (*more, *names)), 100)
    async with serve(web=HERE, **limits) as served:
        address, body = served.server.side_address, MessageToJson(_request("x" * 3_000))
        sent = {
            "whole": (body, ""),
            "in chunks": (f"{len(body):x}\r\n{body}\r\n", "transfer-encoding: chunked\r\n"),
            "announced": ("", "content-length: 2401\r\n"),
        }
        reader, writer = await begun(address, *sent[way])
        async with asyncio.timeout(PATIENCE):
            told = await reader.readuntil(b'"status"')
            told += await reader.readuntil(b"}}")
        writer.close()
        exact = await called(address, "StreamSummarize", MessageToJson(_request("x" * 1_000)))
    assert b"MALFORMED_REQUEST" in told
    assert b"more than 2,400 bytes" in told
    assert exact.outcome == ("INVALID_ARGUMENT", "INPUT_TOO_LARGE")


async def test_a_body_that_dawdles_is_given_up(serve: Serve) -> None:
    async with serve(web=HERE, default_deadline_seconds=0.3) as served:
        reader, writer = await begun(served.server.side_address, '{"articles"', "content-length: 500\r\n")
        async with asyncio.timeout(PATIENCE):
            told = await reader.readuntil(b"}}")
        writer.close()
    assert b"DEADLINE_EXCEEDED" in told
    assert b"did not come within" in told


async def test_a_connection_that_asks_for_nothing_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_FIRST_REQUEST_SECONDS", 0.2)
    async with serve(web=HERE) as served:
        host, _, port = served.server.side_address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST / HTTP/1.1\r\nhost: ")
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
        writer.close()


async def test_a_deadline_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE, default_deadline_seconds=1.0) as served:
        answer = await _stream(served, _request("text"))
        await steps.at_rest()
    assert answer.outcome == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")


async def test_a_reader_that_leaves_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE, workers=1) as served:
        _, writer = await begun(served.server.side_address, MessageToJson(_request("text")))
        await steps.at_work()
        writer.close()
        await steps.at_rest()
        steps.go.set()
        assert (await _stream(served, _request("next"))).outcome == ("OK", "")


async def test_a_reader_that_does_not_read_is_given_up(serve: Serve, pipeline: Pipeline) -> None:
    done = threading.Event()

    def endless(job: Job, models: Models) -> Iterator[Event]:
        first, *_ = events = list(pipeline(job, models))
        try:
            while True:
                models.check()
                yield first
        finally:
            done.set()
        yield from events

    async with serve(endless, web=HERE, max_stall_seconds=0.3) as served:
        _, writer = await begun(served.server.side_address, MessageToJson(_request("text" * 2_000)))
        assert await asyncio.to_thread(done.wait, PATIENCE)
        writer.transport.abort()


async def test_what_is_under_way_ends_while_the_server_drains(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE) as served:
        accepted = asyncio.create_task(_stream(served, _request("text")))
        await steps.at_work()
        draining = asyncio.create_task(served.server.drain())
        await asyncio.sleep(0)
        refused = await called(served.server.side_address, "GetServerInfo")
        assert not draining.done()
        steps.go.set()
        await draining
        assert (await accepted).outcome == ("OK", "")
    assert refused.outcome == ("UNAVAILABLE", "DRAINING")


async def test_what_outlasts_the_grace_is_told_so(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE, grace_seconds=0.1) as served:
        accepted = asyncio.create_task(_stream(served, _request("text")))
        await steps.at_work()
        await served.server.drain()
        await steps.at_rest()
    assert (await accepted).outcome == ("UNAVAILABLE", "DRAINING")


async def test_a_signal_drains_the_page_with_the_server(hosted: Hosted, steps: Steps) -> None:
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    parts, opened = hosted(steps, web=HERE), list[str]()

    @asynccontextmanager
    async def noted(handlers: Any) -> AsyncIterator[str]:  # noqa: ANN401  of gRPC
        async with bootstrap.side_door(parts[0])(handlers) as address:
            opened.append(address)
            yield address

    serving = asyncio.create_task(
        serve_until_asked(*parts, on_listening=listening.set_result, side_door=noted)
    )
    await listening
    await _until(opened[0], "OK")
    accepted = asyncio.create_task(called(opened[0], "StreamSummarize", MessageToJson(_request("text"))))
    await steps.at_work()
    os.kill(os.getpid(), signal.SIGTERM)
    await _until(opened[0], "UNAVAILABLE")
    steps.go.set()
    assert (await accepted).outcome == ("OK", "")
    async with asyncio.timeout(PATIENCE):
        await serving


async def _until(address: str, code: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await called(address, "GetServerInfo")).status["code"] != code:
            pass


async def test_the_page_leaves_the_signals_of_the_process_alone(serve: Serve) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with serve(web=HERE):
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


async def test_callers_are_let_in_by_their_tokens(serve: Serve, tmp_path: Path) -> None:
    token, path = tokens.new(), tmp_path / "callers.toml"
    line = callers_file.line("desk", token).removesuffix(" }")
    path.write_text(f'{line}, rpcs = ["StreamSummarize"], max_request_characters = 100 }}\n', "utf-8")
    async with serve(web=HERE, callers=str(path)) as served:
        outcomes = {
            name: (await _stream(served, _request("x" * 101), **headers)).outcome
            for name, headers in {
                "none": {},
                "wrong": {"authorization": f"Bearer {tokens.new()}"},
                "malformed": {"authorization": "Bearer é"},
                "right": {"authorization": f"Bearer {token}"},
            }.items()
        }
        denied = await called(
            served.server.side_address, "GetServerInfo", "{}", {"authorization": f"Bearer {token}"}
        )
    assert outcomes == {
        "none": ("UNAUTHENTICATED", "MISSING_CREDENTIALS"),
        "wrong": ("UNAUTHENTICATED", "WRONG_CREDENTIALS"),
        "malformed": ("UNAUTHENTICATED", "WRONG_CREDENTIALS"),
        "right": ("INVALID_ARGUMENT", "INPUT_TOO_LARGE"),
    }
    assert denied.outcome == ("PERMISSION_DENIED", "RPC_NOT_ALLOWED")


async def test_a_caller_that_leaves_before_its_message_has_come_holds_no_place(
    serve: Serve, tmp_path: Path
) -> None:
    token, path = tokens.new(), tmp_path / "callers.toml"
    path.write_text(f"{callers_file.line('desk', token).removesuffix(' }')}, max_calls = 1 }}\n", "utf-8")
    shown = {"authorization": f"Bearer {token}"}
    async with serve(web=HERE, callers=str(path)) as served:
        address = served.server.side_address
        headers = f"content-length: 100\r\nauthorization: Bearer {token}\r\n"
        _, writer = await begun(address, '{"articles"', headers)
        while (await called(address, "GetServerInfo", "{}", shown)).outcome[1] != "TOO_MANY_CALLS":
            pass
        writer.close()
        async with asyncio.timeout(PATIENCE):
            while (await called(address, "GetServerInfo", "{}", shown)).outcome != ("OK", ""):
                pass


async def test_nothing_of_a_message_is_read_before_its_caller_is_known(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "callers.toml").write_text(callers_file.line("desk", tokens.new()) + "\n", "utf-8")
    monkeypatch.setattr(endpoint_module, "_message", None)
    async with serve(web=HERE, callers=str(tmp_path / "callers.toml")) as served:
        reader, writer = await begun(served.server.side_address, "", "content-length: 100\r\n")
        async with asyncio.timeout(PATIENCE):
            assert b"MISSING_CREDENTIALS" in await reader.readuntil(b"}}")
        writer.close()


@pytest.mark.parametrize(
    ("headers", "http"),
    [
        ({"origin": "http://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "elsewhere.example"}, 403),
        ({"host": "127.0.0.1:1"}, 403),
    ],
)
async def test_other_pages_cannot_call(serve: Serve, headers: dict[str, str], http: int) -> None:
    async with serve(web=HERE) as served:
        answer = await called(served.server.side_address, "GetServerInfo", "{}", headers)
    assert answer.http == http
    assert "access-control-allow-origin" not in answer.headers


async def test_every_answer_tells_the_browser_what_it_may_not(serve: Serve) -> None:
    async with serve(web=HERE) as served:
        address = served.server.side_address
        answers = [await asked(address, "GET", path) for path in ("/", "/try.css", "/try.js", "/nowhere")]
        answers += [await called(address, "GetServerInfo"), await called(address, "BatchSummarize")]
        answers += [await asked(address, "GET", "/", headers={"host": "elsewhere.example"})]
    assert [answer.http for answer in answers] == [200, 200, 200, 404, 200, 404, 403]
    for answer in answers:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not {"set-cookie", "server", "access-control-allow-origin"} & set(answer.headers)


async def test_the_page_is_served_over_tls_with_the_certificate_of_the_server(
    serve: Serve, tmp_path: Path
) -> None:
    authority = Authority.new(tmp_path / "authority")
    used = authority.issue("server")
    trust = ssl.create_default_context(cafile=str(authority.certificate))
    async with serve(web=HERE, ready=True, **used.settings()) as served:
        address = served.server.side_address
        assert (await called(address, "GetServerInfo", context=trust)).outcome == ("OK", "")
        for old, new in zip(
            used.settings().values(), authority.issue("next").settings().values(), strict=True
        ):
            (tmp_path / "authority" / old).write_bytes((tmp_path / "authority" / new).read_bytes())
        shown = await asyncio.to_thread(_common_name, address, trust)
    assert shown == "next"


def _common_name(address: str, trust: ssl.SSLContext) -> str:
    host, _, port = address.rpartition(":")
    with (
        socket.create_connection((host, int(port))) as plain,
        trust.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        shown = encrypted.getpeercert() or {}
    names: dict[str, str] = dict(part[0] for part in shown["subject"])  # type: ignore[misc]  # pairs
    return names["commonName"]


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
        answer = await _stream(served, _request("text"), **{"x-request-id": "mine"})
    assert _events(answer)[0].started.request_id == "mine"
