"""Over real connections: what is asked for, what is made of the answers, and how it fails."""

from __future__ import annotations

import json
import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from models.endpoint.drafter import Written
from models.endpoint.errors import NotCopied, NotWritten, Outage
from tests.chat_endpoint import (
    MODEL,
    SERVED_AS,
    Chat,
    Handler,
    Once,
    body,
    dripping,
    endless,
    hang_up,
    silent,
    status,
)
from tests.unit.models.endpoint.asking import (
    BLAZE,
    FIRE,
    FOREVER,
    MERGED,
    SECRET,
    Asked,
    Told,
    drafting,
    never,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Callable


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


def test_a_question_is_json_whatever_an_article_holds(chat: Chat) -> None:
    hostile = 'A "quote"\\, a brace } and \x00 \u202e \U0001f600 and "}], "model": "other".'
    with drafting(chat) as drafter:
        one(drafter, Asked((hostile, MERGED)))
    assert set(chat.asked[0]) == {"model", "messages", "temperature", "max_tokens", "stop", "stream"}
    assert chat.asked[0]["model"] == MODEL
    assert json.dumps(chat.asked[0]["messages"][-1]).count('\\"model\\"') == 1
