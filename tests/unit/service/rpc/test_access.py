from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TooManyCalls
from service.rpc.access import Access
from service.rpc.callers import ANYBODY, Caller, Limits

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

PEER = {"transport_security_type": [b"ssl"], "x509_common_name": [b"common"]}


def test_without_a_file_a_certificate_names_its_caller_and_nothing_else_does() -> None:
    access = Access(None)
    assert access.identify((), {}) is ANYBODY
    assert access.identify((("authorization", "Bearer x"),), {}) is ANYBODY
    assert access.identify((), PEER) == Caller("common")
    alternatives = PEER | {"x509_subject_alternative_name": [b"a.example", b"\xff"]}
    assert access.identify((), alternatives) == Caller("a.example")


@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_the_name_of_a_certificate_is_short_and_printable(name: bytes) -> None:
    named = Access(None).identify((), {"x509_common_name": [name * 9]}).name
    assert named.isprintable()
    assert len(named) <= 253


def test_of_a_name_of_a_certificate_what_can_be_printed_is_kept() -> None:
    for name, kept in (("a\n\x1b[2Jb\u202e ü", "a[2Jb ü"), ("x" * 254, "x" * 253)):
        assert Access(None).identify((), {"x509_common_name": [name.encode()]}) == Caller(kept)


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 4))
def test_the_calls_under_way_are_never_more_than_the_limit_and_every_end_makes_room(
    comings: list[bool],
    most: int,
) -> None:
    """A call comes (true) or the oldest one ends (false), in any order."""
    access, caller = Access(None), Caller("desk", limits=Limits(max_calls=most))
    under_way: list[AbstractContextManager[None]] = []
    for comes in comings:
        if not comes:
            if under_way:
                under_way.pop(0).__exit__(None, None, None)
        elif len(under_way) < most:
            under_way.append(access.admit(caller, "Summarize"))
            under_way[-1].__enter__()
        else:
            with pytest.raises(TooManyCalls), access.admit(caller, "Summarize"):
                pass
    for call in under_way:
        call.__exit__(None, None, None)
    assert not access._under_way
