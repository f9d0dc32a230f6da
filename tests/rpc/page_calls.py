"""Calls as the page makes them, over HTTP."""

from __future__ import annotations

import asyncio
import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToJson, ParseDict

from newsweave import messages as pb

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from tests.rpc.conftest import Served

# A free port of this machine.
HERE = "127.0.0.1:0"
_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    http: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.body.splitlines()]

    @property
    def status(self) -> dict[str, Any]:
        """How the call ended, which its last line tells."""
        (status,) = [line["status"] for line in self.lines if "status" in line]
        assert "status" in self.lines[-1]
        return dict(status)

    @property
    def outcome(self) -> tuple[str, str]:
        return self.status["code"], self.status.get("reason", "")


async def asked(
    address: str,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send a request."""

    def ask() -> Answer:
        host, _, port = address.rpartition(":")
        connection = (
            http.client.HTTPSConnection(host, int(port), timeout=_SECONDS, context=context)
            if context
            else http.client.HTTPConnection(host, int(port), timeout=_SECONDS)
        )
        try:
            connection.request(method, path, body or None, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


async def called(
    address: str,
    rpc: str,
    body: str | bytes = "{}",
    headers: Mapping[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Make a call of the page."""
    raw = body.encode() if isinstance(body, str) else body
    own = {"origin": f"{'https' if context else 'http'}://{address}", **(headers or {})}
    return await asked(address, "POST", f"/call/{rpc}", raw, headers=own, context=context)


async def begun(
    address: str, body: str, headers: str = ""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Begin a call of StreamSummarize, and leave the connection to the test.

    Headers, if there are any, tell how long the body is; else it is whole.
    """
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /call/StreamSummarize HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n"
    length = "" if headers else f"content-length: {len(body.encode())}\r\n"
    writer.write(f"{head}{length}{headers}\r\n{body}".encode())
    await writer.drain()
    return reader, writer


def request_of(*texts: str, **options: object) -> pb.StreamSummarizeRequest:
    """Return a request for the summary of texts."""
    articles = [pb.Article(id=f"a{index}", text=text) for index, text in enumerate(texts)]
    return pb.StreamSummarizeRequest(articles=articles, options=pb.SummaryOptions(**options))  # type: ignore[arg-type]


async def streamed(served: Served, request: pb.StreamSummarizeRequest, **headers: str) -> Answer:
    """Ask for a summary."""
    return await called(served.server.side_address, "StreamSummarize", MessageToJson(request), headers)


def events(answer: Answer) -> list[pb.StreamSummarizeResponse]:
    """Return the events that were told."""
    told = [line["answer"] for line in answer.lines if "answer" in line]
    return [ParseDict(one, pb.StreamSummarizeResponse()) for one in told]
