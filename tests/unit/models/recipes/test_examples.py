from __future__ import annotations

import pytest

from models.recipes.claims import Claim, Cluster
from models.recipes.drafter.examples import Example, faithful, of_claims

SOURCES = ("The council of Leeds closed the bridge on Friday.", "Engineers had found 14 cracks in it.")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("The council of Leeds closed the bridge after engineers found 14 cracks.", True),
        ("The council of York closed the bridge after engineers found 14 cracks.", False),  # a name
        ("The council of Leeds closed the bridge after engineers found 15 cracks.", False),  # a number
        ("The council demolished the historic bridge.", False),  # words
        ("", False),
    ],
)
def test_what_adds_to_its_sources_is_no_example(target: str, *, expected: bool) -> None:
    assert faithful(Example(SOURCES, target, "test")) is expected


def test_a_claim_shows_members_and_context_once_each() -> None:
    claim = Claim(
        (SOURCES[0], SOURCES[0]), (SOURCES[1],), ("The council closed the bridge.", "It is shut."), ()
    )
    (example,) = of_claims([Cluster("one", (claim,), ())], seed=0)

    assert sorted(example.sources) == sorted(SOURCES)
    assert example.target == "The council closed the bridge."
