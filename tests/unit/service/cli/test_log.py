from __future__ import annotations

import asyncio
import gc
import json
import logging
from typing import TYPE_CHECKING

import pytest

from service.cli import log

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Give the logger of the service, and put it and the root back as they were."""
    logger, root = logging.getLogger("service"), logging.getLogger()
    handlers, level = list(root.handlers), logger.level
    yield logger
    root.handlers = handlers
    logger.setLevel(level)


def test_a_line_is_an_object_with_what_was_given_as_extra(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    log.to_stderr()
    logger.getChild("rpc").info("listening", extra={"address": "127.0.0.1:50051"})
    logger.debug("not told")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "info",
        "logger": "service.rpc",
        "event": "listening",
        "address": "127.0.0.1:50051",
    }


def test_an_exception_stays_on_one_line(logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log.to_stderr()
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        logger.exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


@pytest.mark.usefixtures("logger")
def test_a_library_is_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    log.to_stderr()
    logging.getLogger("opentelemetry.exporter").warning("the collector is away")
    logging.getLogger("opentelemetry.exporter").info("not told")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "the collector is away"


@pytest.mark.usefixtures("logger")
async def test_an_exception_that_a_library_quotes_is_told_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.to_stderr()

    async def fail() -> None:
        message = "the mayor said so"
        raise ValueError(message)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    written = capsys.readouterr().err
    # Tasks of other tests may be collected here, too.
    (told,) = [line for line in map(json.loads, written.splitlines()) if "ValueError > " in line["exception"]]
    assert told["event"] == "Task exception was never retrieved"
    assert "mayor" not in written
