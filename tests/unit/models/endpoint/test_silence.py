"""Over real connections: who leaves, what is silent, and how it is closed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.endpoint.errors import NotWritten, Outage
from tests.chat_endpoint import (
    Chat,
    silent,
)
from tests.unit.models.endpoint.asking import (
    FOREVER,
    MERGED,
    Asked,
    drafting,
    one,
)


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
