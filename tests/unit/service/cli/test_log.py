from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from service.cli import log

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Give the logger of the service, and put it back as it was."""
    logger = logging.getLogger("service")
    handlers, level, propagate = list(logger.handlers), logger.level, logger.propagate
    yield logger
    logger.handlers, logger.propagate = handlers, propagate
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
