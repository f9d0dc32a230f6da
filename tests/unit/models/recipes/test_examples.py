from __future__ import annotations

import pytest

from models.recipes.claims import Claim, Cluster
from models.recipes.drafter.examples import of_claims

SOURCES = ("The council of Leeds closed the bridge on Friday.", "Engineers had found 14 cracks in it.")


def claim(target: str, *members: str) -> list[Cluster]:
    return [Cluster("one", (), (Claim(members, (SOURCES[1],), (target, "It is shut."), ()),), ())]


def test_a_claim_shows_members_and_context_once_each() -> None:
    (example,) = of_claims(claim("The council closed the bridge.", SOURCES[0], SOURCES[0]), seed=0)

    assert sorted(example.sources) == sorted(SOURCES)
    assert example.target == "The council closed the bridge."


@pytest.mark.parametrize(
    ("target", "used"),
    [
        ("Leeds closed the bridge after Engineers found 14 cracks.", True),
        ("The council of York closed the bridge.", False),  # a name
        ("Engineers found 15 cracks in the bridge.", False),  # a number
        ("York closed the bridge.", True),  # a first word has a capital in any case
    ],
)
def test_what_cannot_be_copied_is_no_example(target: str, *, used: bool) -> None:
    assert bool(of_claims(claim(target, SOURCES[0]), seed=0)) is used


def test_one_sentence_is_no_example() -> None:
    assert not of_claims(claim("Engineers had found 14 cracks.", SOURCES[1]), seed=0)
