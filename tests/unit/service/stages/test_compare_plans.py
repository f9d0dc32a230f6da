from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import ConflictSlot, ConflictStatus
from service.language.disputes import disagree
from tests.unit.service.comparing import FIRST, OTHERWISE, SECOND, disputes, told_beside, values
from tests.unit.service.fakes import articles

if TYPE_CHECKING:
    from service.domain import Article

DONE = "Envoy Anna Berg has signed the pact with the northern towns in Oslo."
WAYS = ["will", "is to", "is due to", "plans to", "is expected to", "is scheduled to", "will formally"]


def planned(way: str) -> str:
    return f"Envoy Anna Berg {way} sign the pact with the northern towns in Oslo."


def published(*days: int | None) -> tuple[Article, ...]:
    return tuple(
        replace(article, published_at=datetime(2024, 6, day, 12, tzinfo=UTC) if day else None)
        for article, day in zip(articles(*"ab"), days, strict=True)
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("done", [DONE, DONE.replace("has signed", "signed")])
def test_what_was_planned_and_what_was_done_were_told_at_different_times(way: str, done: str) -> None:
    (found,) = told_beside(planned(way), done)
    assert (found.slot, found.status) == (ConflictSlot.POLARITY, ConflictStatus.TIME_OF_WRITING)
    assert values(found) == {f"{way} sign", "has signed" if "has" in done else "signed"}
    assert {value.sentences for value in found.values} == {(FIRST,), (SECOND,)}
    assert found.explanation.startswith("The articles differ on whether the signing was still to come: ")
    assert found.explanation.endswith(", and were written at different times.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A denial is no plan that was carried out, and a possibility no plan.
        (planned("will"), DONE.replace("has signed", "did not sign")),
        (planned("will"), DONE.replace("has signed", "has never signed")),
        (planned("will"), DONE.replace("has signed", "refused to sign")),
        (planned("will not"), DONE),
        (planned("may"), DONE),
        (planned("wants to"), DONE),
        # Two plans, two deeds.
        (planned("will"), planned("is due to")),
        (DONE, DONE.replace("has signed", "signed")),
        # Somebody else, something else, another time.
        (planned("will"), DONE.replace("Anna Berg", "Jonas Lund")),
        (planned("will"), DONE.replace("pact", "letter")),
        (planned("will"), DONE.replace("signed", "earlier signed")),
        (planned("will").replace("sign", "again sign"), DONE),
        (planned("will"), DONE.replace("has signed", "had signed")),
        (planned("will"), "Envoy Anna Berg spoke of the pact signed by the northern towns in Oslo."),
        (planned("will").replace("Oslo", "Oslo on Friday"), DONE.replace("Oslo", "Oslo on Tuesday")),
        ("Envoy Anna Berg will arrive in Oslo.", "At Bergen, envoy Anna Berg arrived by night."),
    ],
)
def test_look_alikes_are_none(one: str, other: str) -> None:
    assert not told_beside(one, other)


def test_an_arrival_is_one_by_its_place() -> None:
    (found,) = told_beside(
        "Envoy Anna Berg is due to arrive in Oslo for talks.", "Envoy Anna Berg landed in Oslo for talks."
    )
    assert values(found) == {"is due to arrive", "landed"}


@pytest.mark.parametrize(
    "more", ["The northern towns will sign it.", "A pact was signed.", "They signed it."]
)
def test_an_article_that_tells_both_takes_no_side(more: str) -> None:
    first, second = [planned("will"), *OTHERWISE[0]], [DONE, *OTHERWISE[1]]
    assert disputes(first, second)
    (second if "will" in more else first).append(more)
    assert not disputes(first, second)


@pytest.mark.parametrize(
    ("days", "expected"),
    [((18, 19), 1), ((19, 18), 0), ((18, 18), 0), ((None, 18), 1), ((18, None), 1), ((None, None), 1)],
)
def test_a_plan_is_told_before_the_deed(days: tuple[int | None, int | None], expected: int) -> None:
    assert len(told_beside(planned("will"), DONE, sent=published(*days))) == expected


SIDES = st.lists(
    st.lists(st.sampled_from([planned("will"), DONE, *OTHERWISE[0]]), min_size=1, max_size=3), max_size=4
)


@given(SIDES.filter(bool))
def test_no_article_is_on_both_sides_and_the_sides_are_never_merged(told: list[list[str]]) -> None:
    found = disputes(*told)
    sides = {(DONE in texts, planned("will") in texts) for texts in told}
    assert bool(found) == ({(True, False), (False, True)} <= sides and (True, True) not in sides)
    for dispute in found:
        one, other = (value.sentences for value in dispute.values)
        assert all(disagree(left, right, found) for left in one for right in other)
