from __future__ import annotations

from enum import Enum, auto

import pytest

from newsweave.v1 import newsweave_pb2 as pb
from service import domain
from service.rpc import enums
from service.rpc.enums import Pairing

PAIRINGS = [pairing for pairing in vars(enums).values() if isinstance(pairing, Pairing)]


def test_every_enum_of_the_domain_is_paired() -> None:
    kinds = {kind for kind in vars(domain).values() if isinstance(kind, type) and issubclass(kind, Enum)}
    assert {type(member) for pairing in PAIRINGS for member in pairing._numbers} == kinds


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_members_and_numbers_are_one_to_one(pairing: Pairing[Enum, int]) -> None:
    for member in pairing._numbers:
        assert pairing.member(pairing.number(member)) is member
    assert 0 not in {pairing.number(member) for member in pairing._numbers}
    assert pairing.member(999) is None


def test_a_member_has_the_number_of_its_name() -> None:
    assert enums.REMOVAL_REASONS.number(domain.RemovalReason.OFF_TOPIC) == pb.REMOVAL_REASON_OFF_TOPIC


def test_zero_means_a_default_where_a_caller_may_leave_it_out() -> None:
    assert enums.DRAFTINGS.member(pb.DRAFTING_UNSPECIFIED) is domain.Drafting.ABSTRACTIVE
    assert enums.GUARDS.member(pb.GUARD_UNSPECIFIED) is None


def test_enums_that_differ_are_refused() -> None:
    class Stage(Enum):
        CLEAN = auto()
        COMPARE = auto()

    with pytest.raises(TypeError, match=r"CLUSTER.*COMPARE"):
        Pairing(Stage, pb.Stage)
