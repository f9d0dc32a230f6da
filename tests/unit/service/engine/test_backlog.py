from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.engine.backlog import Backlog, rank, tokens_of

DEADLINES = st.lists(st.floats(0, 1_000), max_size=30)


@given(st.lists(st.tuples(st.integers(0, 1_000), st.booleans()), max_size=30))
def test_what_waits_is_what_was_added_and_not_removed(items: list[tuple[int, bool]]) -> None:
    backlog: Backlog[int] = Backlog()
    for number, (tokens, _) in enumerate(items):
        backlog.add(number, tokens=tokens)
    for number, (_, gone) in enumerate(items):
        if gone:
            backlog.remove(number)
            backlog.remove(number)
    assert backlog.items == sum(not gone for _, gone in items)
    assert backlog.tokens == sum(tokens for tokens, gone in items if not gone)


@given(DEADLINES)
def test_what_waits_is_taken_in_the_order_of_ranks_and_else_in_that_of_coming(ranks: list[float]) -> None:
    backlog: Backlog[int] = Backlog()
    for number, value in enumerate(ranks):
        backlog.add(number, value)
    taken = [backlog.take() for _ in ranks]
    assert taken == sorted(range(len(ranks)), key=lambda number: ranks[number])
    assert backlog.take() is None


@given(deadlines=DEADLINES)
def test_the_earliest_deadline_goes_first_among_calls_that_came_together(deadlines: list[float]) -> None:
    ranks = [rank(deadline, 0.0, ageing=1_000) for deadline in deadlines]
    assert ranks == deadlines


@given(
    mine=st.floats(0, 1_000),
    arrived=st.floats(0, 1_000),
    later=st.floats(0, 1_000),
    deadline=st.floats(0, 1_000),
    ageing=st.floats(0.1, 100),
)
def test_no_call_is_overtaken_by_one_that_came_later_than_the_bound(
    mine: float, arrived: float, later: float, deadline: float, ageing: float
) -> None:
    came = arrived + ageing + later
    assert rank(came + deadline, came, ageing) >= rank(arrived + mine, arrived, ageing)


def test_a_token_has_about_four_characters() -> None:
    assert tokens_of(["", "abcd", "abcde"]) == 3
