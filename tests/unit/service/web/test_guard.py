from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.responses import Response

from service.web.guard import Guard

OWN = "127.0.0.1:8080"


def _refusal(host: str, *, address: str = OWN, scheme: str = "http") -> str:
    return Guard(Response(), address, scheme).refusal(Headers({"host": host}), "GET")


@pytest.mark.parametrize(
    ("address", "scheme", "host"),
    [
        (OWN, "http", OWN),
        (OWN, "http", "localhost:8080"),
        ("localhost:8080", "http", OWN),
        ("[::1]:8080", "http", "[::1]:8080"),
        ("127.0.0.1:80", "http", "127.0.0.1"),
        ("desk.example:443", "https", "desk.example"),
        ("desk.example:443", "https", "DESK.example:443"),
        ("0.0.0.0:8080", "http", "192.0.2.7:8080"),
        ("0.0.0.0:8080", "http", "localhost:8080"),
        ("[::]:8080", "http", "[2001:db8::1]:8080"),
    ],
)
def test_the_page_is_shown_at_its_own_address(address: str, scheme: str, host: str) -> None:
    assert _refusal(host, address=address, scheme=scheme) == ""


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (OWN, ""),
        (OWN, "127.0.0.1"),
        (OWN, "127.0.0.1:8081"),
        (OWN, "evil.example:8080"),
        (OWN, "127.0.0.1.evil.example:8080"),
        (OWN, "localhost.evil.example:8080"),
        (OWN, "127.0.0.1:8080@evil.example:8080"),
        (OWN, "evil.example:8080#127.0.0.1:8080"),
        (OWN, "192.0.2.7:8080"),
        (OWN, "127.0.0.1:99999"),
        (OWN, "[::1"),
        ("0.0.0.0:8080", "evil.example:8080"),
        ("desk.example:8080", "127.0.0.1:8080"),
    ],
)
def test_it_is_shown_under_no_other_name(address: str, host: str) -> None:
    assert (
        _refusal(host, address=address)
        == f"this page is at http://{address}/, and is shown under no other name"
    )


@given(st.text(string.printable + "é[]@", max_size=40))
def test_whatever_a_host_is_the_guard_decides(host: str) -> None:
    loopback = host.lower().startswith(("127.", "localhost:", "[::1]", "[0:", "[::ffff:"))
    assert bool(_refusal(host)) or loopback


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (f"http://{OWN}", True),
        ("http://localhost:8080", False),
        (f"https://{OWN}", False),
        (f"http://{OWN}/", False),
        ("null", False),
        (None, False),
    ],
)
def test_only_the_page_itself_may_call(origin: str | None, *, allowed: bool) -> None:
    headers = {"host": OWN} | ({"origin": origin} if origin else {})
    refused = Guard(Response(), OWN, "http").refusal(Headers(headers), "POST")
    assert refused == ("" if allowed else "only the page itself may call here")
