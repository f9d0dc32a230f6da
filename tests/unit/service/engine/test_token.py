from __future__ import annotations

import pytest

from service.engine.token import Token
from service.errors import Cancelled, DeadlineExceeded, Draining


def test_a_token_without_a_deadline_holds_until_it_is_stopped() -> None:
    token = Token()
    token.check()
    token.stop()
    with pytest.raises(Cancelled):
        token.check()


def test_a_token_ends_with_its_deadline() -> None:
    Token(60.0).check()
    with pytest.raises(DeadlineExceeded):
        Token(0.0).check()


def test_the_first_reason_stays() -> None:
    token = Token()
    token.stop(Draining("going down", 1.0))
    token.stop()
    with pytest.raises(Draining):
        token.check()


def test_a_deadline_is_due_from_a_moment_before_it() -> None:
    assert Token(0.0).due
    assert Token(0.02).due
    assert not Token(60.0).due
    assert not Token().due
