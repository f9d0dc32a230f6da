"""One endpoint over HTTP: bounded in time, in size and in how much is asked at once."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2

from models.endpoint.errors import NotWritten, Outage
from models.endpoint.pause import Pause

if TYPE_CHECKING:
    from collections.abc import Mapping

# Otherwise it tells every request, with its URL.
logging.getLogger("httpx2").setLevel(logging.WARNING)

_MOST_BYTES = 1_000_000
# Servers close what is idle, uvicorn after 5 seconds; a draft that comes in that moment would break off.
_IDLE_SECONDS = 3.0
# It is busy, or there is nothing behind its gateway.
_AWAY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
# What is wrong with one question need not be wrong with the next: too long, mostly.
_OF_ONE_QUESTION = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
_SERVER_FAULTS = 500
# Whoever waits for less finds out nothing of an endpoint that did not answer.
_LEAST_SILENCE_SECONDS = 1.0
_TOO_LATE = "the drafter's endpoint did not answer in the time that a request had for it"
# With each draft that comes, a longer time that one took before counts less.
_REMEMBERED = 0.9


@dataclass(frozen=True, slots=True)
class Address:
    """Where an endpoint is, and how it is asked.

    Attributes:
        url: Its base, such as ``https://api.example/v1``; without credentials.
        model: The model that is asked for.
        key: What is shown as a bearer token; empty: nothing.
        timeout_seconds: How long one draft may take, with everything.
        concurrency: Drafts that are asked for at the same time.
        use_proxy: Whether the proxy of the environment is used, if it names one.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = 20.0
    concurrency: int = 16
    use_proxy: bool = True

    @property
    def host(self) -> str:
        """Its host, and its port if the URL has one."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


class Endpoint:
    """Asks an endpoint. To be used on one event loop only."""

    def __init__(self, address: Address) -> None:
        """Connect to nothing yet."""
        self._address = address
        self._url = f"{address.url.rstrip('/')}/chat/completions"
        self._pause = Pause()
        self._usual_seconds = 0.0
        self._slots = asyncio.Semaphore(address.concurrency)
        self._client = httpx2.AsyncClient(
            headers=_headers(address.key),
            timeout=None,
            trust_env=address.use_proxy,
            limits=httpx2.Limits(max_connections=address.concurrency, keepalive_expiry=_IDLE_SECONDS),
        )

    async def ask(self, question: bytes, seconds: float) -> bytes:
        """Return the answer to a question.

        Args:
            question: JSON.
            seconds: How long somebody waits for it.

        Raises:
            NotWritten: There is none, or not in time.
            Outage: There was none, and the next question would have none either.
        """
        try:
            async with asyncio.timeout(seconds if math.isfinite(seconds) else None), self._slots:
                return await self._ask(question, seconds)
        except TimeoutError:
            raise NotWritten(_TOO_LATE) from None

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _ask(self, question: bytes, seconds: float) -> bytes:
        """Ask unless there is a pause, and begin or end one."""
        began = time.monotonic()
        tries = self._pause.enter(began)
        try:
            content = await self._in_time(question, seconds)
        except Outage as outage:
            self._pause.failed(outage, time.monotonic(), tries=tries)
            raise
        except asyncio.CancelledError:
            self._left(time.monotonic() - began, tries=tries)
            raise
        except BaseException:
            self._pause.leave(tries=tries)
            raise
        self._usual_seconds = max(time.monotonic() - began, _REMEMBERED * self._usual_seconds)
        self._pause.succeeded()
        return content

    def _left(self, waited: float, *, tries: bool) -> None:
        """Pause if whoever asked had no more time, and waited for longer than drafts take."""
        if waited < max(self._usual_seconds, _LEAST_SILENCE_SECONDS):
            self._pause.leave(tries=tries)
            return
        self._pause.failed(Outage(_TOO_LATE), time.monotonic(), tries=tries)

    async def _in_time(self, question: bytes, seconds: float) -> bytes:
        most = self._address.timeout_seconds
        try:
            async with asyncio.timeout(most):
                return await self._tried(question, min(seconds, most) / 2)
        except TimeoutError:
            message = f"the drafter's endpoint did not answer within {most:g} s"
            raise Outage(message) from None

    async def _tried(self, question: bytes, longest_wait: float) -> bytes:
        """Ask, and once more if there is time for the wait that the endpoint asks for."""
        try:
            return await self._post(question)
        except Outage as outage:
            wait = outage.retry_after
            if wait is None or wait > longest_wait:
                raise
        await asyncio.sleep(wait)
        return await self._post(question)

    async def _post(self, question: bytes) -> bytes:
        try:
            async with self._client.stream("POST", self._url, content=question) as response:
                _check_status(response.status_code, response.headers)
                return await _read(response)
        except httpx2.ConnectError:
            message = "the drafter's endpoint cannot be reached"
            raise Outage(message) from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            # A connection that the other side had just closed, mostly: once more, on a new one.
            message = "the connection to the drafter's endpoint broke off"
            raise Outage(message, retry_after=0.0) from None


def _headers(key: str) -> dict[str, str]:
    # Packed, a small answer could become a large one.
    common = {"content-type": "application/json", "accept-encoding": "identity"}
    return common | ({"authorization": f"Bearer {key}"} if key else {})


async def _read(response: httpx2.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > _MOST_BYTES:
            message = f"the drafter's endpoint answered with more than {_MOST_BYTES:,} bytes"
            raise NotWritten(message)
    return bytes(content)


def _check_status(status: int, headers: Mapping[str, str]) -> None:
    if status == HTTPStatus.OK:
        return
    message = f"the drafter's endpoint answered with status {status}"
    if status in _AWAY:
        raise Outage(message, _retry_after(headers.get("retry-after", "")))
    if status in _OF_ONE_QUESTION or status >= _SERVER_FAULTS:
        raise NotWritten(message)
    # A wrong key, a wrong address, an unknown model: nothing that a draft could change.
    raise Outage(message)


def _retry_after(told: str) -> float | None:
    """Return the seconds of a Retry-After, which tells them or a date (RFC 9110, 10.2.3)."""
    if told.isascii() and told.isdecimal():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
