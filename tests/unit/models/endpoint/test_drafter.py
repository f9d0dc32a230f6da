"""Over real connections: what is asked for, what is made of the answers, and how it fails."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from models.endpoint.client import Address
from models.endpoint.drafter import EndpointDrafter, Written
from models.endpoint.errors import NotCopied, NotWritten, Outage
from tests.chat_endpoint import (
    MODEL,
    SERVED_AS,
    Chat,
    Handler,
    Once,
    body,
    chatting,
    dripping,
    endless,
    hang_up,
    silent,
    status,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRE, BLAZE = "A fire at the port of Moss hurt 12 men.", "On Monday, 12 men were hurt at the port."
MERGED = "A fire at the port of Moss hurt 12 men on Monday."
FOREVER = float("inf")
SECRET = "sk-0123456789"  # noqa: S105  no key of anything


@dataclass(frozen=True)
class Asked:
    sources: tuple[str, ...] = (FIRE, BLAZE)
    max_words: int = 30


@dataclass
class Told:
    """Hears what a drafter reports."""

    batches: list[dict[str, int]] = field(default_factory=list)

    def __call__(self, *, rows: int, tokens: int, padded: int, written: int = 0) -> None:
        self.batches.append({"rows": rows, "tokens": tokens, "padded": padded, "written": written})


def never() -> None:
    """Call nothing off."""


@contextmanager
def drafting(chat: Chat, **changed: Any) -> Iterator[EndpointDrafter]:  # noqa: ANN401  what an address has
    report = changed.pop("report", Told())
    address: dict[str, Any] = {
        "url": chat.url,
        "model": MODEL,
        "use_proxy": False,
        "timeout_seconds": 5.0,
    } | changed
    drafter = EndpointDrafter(Address(**address), None, report)
    try:
        yield drafter
    finally:
        drafter.close()


def one(drafter: EndpointDrafter, asked: Asked | None = None, seconds: float = FOREVER) -> Written:
    return drafter.draft([asked or Asked()], never, seconds)[0]


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chatting(Chat(write=lambda _: MERGED)) as chat:
        yield chat


def test_a_draft_is_what_the_endpoint_wrote_with_its_own_name_for_the_writer(chat: Chat) -> None:
    with drafting(chat) as drafter:
        host = chat.url.removeprefix("http://").removesuffix("/v1")
        assert drafter.writer == f"{MODEL} at {host}"
        assert one(drafter) == Written(MERGED, f"{SERVED_AS} at {host}")
        assert drafter.writer == f"{SERVED_AS} at {host}"
        chat.named = "other-model"
        assert one(drafter).writer == f"other-model at {host}"


def test_it_is_asked_for_one_line_of_the_words_that_are_allowed(chat: Chat) -> None:
    with drafting(chat) as drafter:
        one(drafter, Asked(max_words=20))
    (asked,) = chat.asked
    assert (asked["temperature"], asked["max_tokens"], asked["stop"]) == (0, 40, ["\n"])
    assert asked["messages"][-1]["content"].endswith(f"\n- {FIRE}\n- {BLAZE}")


def test_an_answer_that_ends_with_its_stop_is_one_line_all_the_same(chat: Chat) -> None:
    """As ``transformers serve`` sends it."""
    content = {"choices": [{"message": {"content": f"{MERGED}\n"}, "finish_reason": "stop"}]}
    chat.fault = body(json.dumps(content).encode())
    with drafting(chat) as drafter:
        assert one(drafter).text == MERGED


def test_only_the_first_sentence_is_taken(chat: Chat) -> None:
    chat.write = lambda _: f"- {MERGED} The port is in Moss.\nI hope this helps!"
    with drafting(chat) as drafter:
        assert one(drafter).text == MERGED


def test_a_draft_that_was_cut_is_left_to_the_checks(chat: Chat) -> None:
    chat.write = lambda _: " ".join(["port"] * 100)
    with drafting(chat) as drafter:
        assert one(drafter, Asked(max_words=5)).text == " ".join(["port"] * 16)


def test_tokens_are_told_as_the_endpoint_counted_them(chat: Chat) -> None:
    told = Told()
    with drafting(chat, report=told) as drafter:
        one(drafter)
    (batch,) = told.batches
    assert batch["tokens"] == batch["padded"] > len(FIRE.split()) + len(BLAZE.split())
    assert (batch["rows"], batch["written"]) == (1, len(MERGED.split()))


def test_names_and_numbers_of_its_own_are_told_with_the_draft(chat: Chat) -> None:
    chat.write = lambda _: "A fire at the port of Oslo hurt 13 men."
    with drafting(chat) as drafter, pytest.raises(NotCopied) as told:
        one(drafter)
    assert (told.value.text, told.value.words) == ("A fire at the port of Oslo hurt 13 men.", ("Oslo", "13"))
    assert told.value.writer == drafter.writer


def test_the_key_is_shown_and_told_nowhere(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.key = SECRET
    caplog.set_level(logging.DEBUG)
    with drafting(chat, key=SECRET) as drafter:
        assert one(drafter).text == MERGED
        assert SECRET not in repr(drafter._address) + drafter.writer
    with drafting(chat, key="wrong-key") as drafter, pytest.raises(Outage, match="status 401") as told:
        one(drafter)
    assert chat.headers[0]["authorization"] == f"Bearer {SECRET}"
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("httpcore2")]
    for text in (*logged, str(told.value)):
        assert SECRET not in text
        assert "wrong-key" not in text
        assert FIRE not in text


def test_without_a_key_none_is_shown(chat: Chat) -> None:
    with drafting(chat) as drafter:
        one(drafter)
    assert "authorization" not in {name.lower() for name in chat.headers[0]}


def test_drafts_are_asked_for_at_the_same_time_and_come_in_their_order(chat: Chat) -> None:
    def write(asked: str) -> str:
        time.sleep(0.05)
        return asked.splitlines()[-1].removeprefix("- ")

    chat.write = write
    asked = [Asked((f"The fire hurt {number} men.",)) for number in range(12)]
    with drafting(chat, concurrency=3) as drafter:
        drafts = drafter.draft(asked, never, FOREVER)
    assert [draft.text for draft in drafts] == [request.sources[0] for request in asked]
    assert chat.most_at_once == 3


def test_threads_share_the_bound(chat: Chat) -> None:
    def write(_: str) -> str:
        time.sleep(0.05)
        return MERGED

    chat.write = write
    with drafting(chat, concurrency=2) as drafter, ThreadPoolExecutor(6) as pool:
        assert {draft.text for draft in pool.map(lambda _: one(drafter), range(6))} == {MERGED}
    assert chat.most_at_once == 2


def test_the_time_of_a_draft_begins_when_its_turn_comes(chat: Chat) -> None:
    def write(_: str) -> str:
        time.sleep(0.2)
        return MERGED

    chat.write = write
    with drafting(chat, concurrency=1, timeout_seconds=0.6) as drafter:
        assert len(drafter.draft([Asked()] * 5, never, FOREVER)) == 5


def test_a_try_that_tells_nothing_lets_the_next_one_try(chat: Chat) -> None:
    chat.fault = status(404)
    with drafting(chat) as drafter:
        with pytest.raises(Outage):
            one(drafter)
        drafter._endpoint._pause._until = 0.0
        chat.fault = Once(status(500))
        with pytest.raises(NotWritten, match="status 500"):
            one(drafter)
        assert one(drafter).text == MERGED


REDIRECTED = status(307, location="http://127.0.0.1:1/elsewhere")
FAILURES: list[tuple[Callable[[Handler], None], type[NotWritten], str]] = [
    (status(400), NotWritten, "status 400"),
    (status(401), Outage, "status 401"),
    (status(404), Outage, "status 404"),
    (status(429), Outage, "status 429"),
    (status(500), NotWritten, "status 500"),
    (status(502), Outage, "status 502"),
    (status(504), Outage, "status 504"),
    (status(503, retry_after="3600"), Outage, "status 503"),
    (REDIRECTED, Outage, "status 307"),
    (body(b"<html>welcome</html>"), NotWritten, "something else than a chat completion"),
    (body(b'{"choices": []}'), NotWritten, "something else than a chat completion"),
    (body(b"\x1f\x8b\x08", content_encoding="gzip"), NotWritten, "something else than a chat completion"),
    (endless, NotWritten, "more than 1,000,000 bytes"),
    (hang_up, Outage, "broke off"),
    (silent, Outage, "did not answer within 0.3 s"),
    (dripping, Outage, "did not answer within 0.3 s"),
]


@pytest.mark.parametrize(("fault", "kind", "message"), FAILURES)
def test_every_failure_is_told_precisely_and_in_time(
    chat: Chat, fault: Callable[[Handler], None], kind: type[NotWritten], message: str
) -> None:
    chat.fault = fault
    began = time.monotonic()
    with drafting(chat, timeout_seconds=0.3) as drafter:
        with pytest.raises(NotWritten, match=message) as told:
            one(drafter)
        chat.fault = None
        asked = len(chat.asked)
        if kind is Outage:
            with pytest.raises(Outage, match=message):
                one(drafter)
            assert len(chat.asked) == asked
        else:
            assert one(drafter).text == MERGED
    assert type(told.value) is kind
    assert chat.url not in str(told.value)
    assert FIRE not in str(told.value)
    assert time.monotonic() - began < 3


def test_an_endpoint_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        chat = Chat(url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        with drafting(chat) as drafter, pytest.raises(Outage, match="cannot be reached"):
            one(drafter)


@pytest.mark.parametrize(
    "wait", ["0", formatdate(time.time() - 5, usegmt=True)], ids=["seconds", "a date that has passed"]
)
def test_a_short_wait_that_the_endpoint_asks_for_is_waited(chat: Chat, wait: str) -> None:
    chat.fault = Once(status(429, retry_after=wait))
    with drafting(chat) as drafter:
        assert one(drafter).text == MERGED
    assert len(chat.asked) == 2


@pytest.mark.parametrize("wait", ["soon", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"])
def test_a_wait_that_cannot_be_read_is_none(chat: Chat, wait: str) -> None:
    chat.fault = Once(status(429, retry_after=wait))
    with drafting(chat) as drafter, pytest.raises(Outage, match="status 429"):
        one(drafter)


def test_a_wait_that_the_request_has_no_time_for_is_left_to_the_pause(chat: Chat) -> None:
    chat.fault = status(429, retry_after="2")
    began = time.monotonic()
    with drafting(chat) as drafter, pytest.raises(Outage, match="status 429"):
        one(drafter, seconds=3.0)
    assert time.monotonic() - began < 1


def test_a_connection_that_broke_off_is_made_once_more(chat: Chat) -> None:
    chat.fault = Once(hang_up)
    with drafting(chat) as drafter:
        assert one(drafter).text == MERGED


@pytest.mark.parametrize("code", [400, 404])
def test_what_fails_is_logged_once_and_so_is_its_end(
    chat: Chat, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    chat.fault = status(code)
    with drafting(chat) as drafter:
        for _ in range(3):
            with pytest.raises(NotWritten):
                one(drafter)
        drafter._endpoint._pause._until = 0.0
        chat.fault = None
        one(drafter)
        one(drafter)
    instead = "sentences of the articles take the place of drafts"
    assert [record.message for record in caplog.records if record.name.startswith("models")] == [
        f"the drafter's endpoint answered with status {code}; {instead}",
        "the drafter's endpoint writes again",
    ]


def test_an_endpoint_that_writes_again_is_told_whatever_it_writes(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    chat.fault = Once(status(500))
    chat.write = lambda _: "A fire at the port of Oslo hurt 13 men."
    with drafting(chat) as drafter:
        with pytest.raises(NotWritten):
            one(drafter)
        with pytest.raises(NotCopied):
            one(drafter)
    assert "the drafter's endpoint writes again" in caplog.messages


class LeftError(Exception):
    """A caller left."""


def test_whoever_leaves_takes_the_question_back(chat: Chat) -> None:
    chat.fault = silent
    began = time.monotonic()

    def check() -> None:
        if chat.asked and time.monotonic() - began > 0.1:
            raise LeftError

    with drafting(chat) as drafter:
        with pytest.raises(LeftError):
            drafter.draft([Asked()], check, FOREVER)
        assert chat.left.wait(1.0)
        chat.fault = None
        assert one(drafter).text == MERGED


def test_a_request_with_little_time_gives_up_alone(chat: Chat) -> None:
    chat.fault = silent
    with drafting(chat) as drafter:
        with pytest.raises(NotWritten, match="in the time that a request had") as told:
            one(drafter, seconds=0.1)
        assert type(told.value) is NotWritten
        assert chat.left.wait(1.0)
        chat.fault = None
        assert one(drafter).text == MERGED


SILENT = 1.1


def test_an_endpoint_that_is_silent_until_nobody_waits_is_left_alone(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    chat.fault = silent
    with drafting(chat) as drafter:
        with pytest.raises(NotWritten, match="in the time that a request had"):
            one(drafter, seconds=SILENT)
        began = time.monotonic()
        with pytest.raises(Outage, match="in the time that a request had"):
            one(drafter)
        assert time.monotonic() - began < 1
    assert len(chat.asked) == 1
    assert len([record for record in caplog.records if record.name.startswith("models")]) == 1


def test_so_is_one_whose_caller_leaves(chat: Chat) -> None:
    chat.fault = silent
    began = time.monotonic()

    def check() -> None:
        if time.monotonic() - began > SILENT:
            raise LeftError

    with drafting(chat) as drafter:
        with pytest.raises(LeftError):
            drafter.draft([Asked()], check, FOREVER)
        assert chat.left.wait(1.0)
        with pytest.raises(Outage):
            one(drafter)


def test_one_that_is_as_slow_as_ever_is_not(chat: Chat) -> None:
    def write(_: str) -> str:
        time.sleep(1.3)
        return MERGED

    chat.write = write
    with drafting(chat) as drafter:
        one(drafter)
        with pytest.raises(NotWritten) as told:
            one(drafter, seconds=SILENT)
        assert type(told.value) is NotWritten
        assert one(drafter).text == MERGED


def test_what_is_closed_writes_nothing(chat: Chat) -> None:
    with drafting(chat) as drafter:
        drafter.close()
        with pytest.raises(NotWritten, match="asked no more"):
            one(drafter)
    assert chat.asked == []


def test_to_close_it_calls_off_what_is_under_way(chat: Chat) -> None:
    chat.fault = silent
    with drafting(chat) as drafter, ThreadPoolExecutor(1) as pool:
        draft = pool.submit(one, drafter)
        while not chat.asked:
            time.sleep(0.01)
        drafter.close()
        with pytest.raises(NotWritten, match="asked no more"):
            draft.result(5)
    assert not [thread for thread in threading.enumerate() if thread.name == "endpoint"]


def test_a_question_is_json_whatever_an_article_holds(chat: Chat) -> None:
    hostile = 'A "quote"\\, a brace } and \x00 \u202e \U0001f600 and "}], "model": "other".'
    with drafting(chat) as drafter:
        one(drafter, Asked((hostile, MERGED)))
    assert set(chat.asked[0]) == {"model", "messages", "temperature", "max_tokens", "stop", "stream"}
    assert chat.asked[0]["model"] == MODEL
    assert json.dumps(chat.asked[0]["messages"][-1]).count('\\"model\\"') == 1
