from __future__ import annotations

import pytest

from service.engine.token import Token
from service.errors import Draining
from service.rpc.call import Call
from service.rpc.gate import Gate


def call() -> Call:
    return Call("same name", Token())


async def test_a_gate_is_empty_when_the_last_call_has_left() -> None:
    gate = Gate()
    assert await gate.empty(0.01)
    with gate.admit(call()):
        with gate.admit(call()):
            assert not await gate.empty(0.01)
        assert not await gate.empty(0.01)
    assert await gate.empty(0.01)


async def test_a_closed_gate_keeps_those_who_are_in_and_lets_nobody_else_in() -> None:
    gate, inside = Gate(), call()
    with gate.admit(inside):
        gate.close()
        with pytest.raises(Draining), gate.admit(call()):
            pass
        inside.token.check()
        assert not await gate.empty(0.01)


async def test_calls_that_are_given_up_end_at_their_next_step() -> None:
    gate, inside = Gate(), call()
    with gate.admit(inside):
        gate.abandon()
        with pytest.raises(Draining):
            inside.token.check()
