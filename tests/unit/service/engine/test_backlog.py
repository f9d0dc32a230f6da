from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.engine.backlog import Backlog, tokens_of


@given(st.lists(st.tuples(st.integers(0, 1_000), st.booleans()), max_size=30))
def test_what_waits_is_what_was_added_and_not_removed(items: list[tuple[int, bool]]) -> None:
    backlog = Backlog()
    keys = [(backlog.add(tokens), gone) for tokens, gone in items]
    for key, gone in keys:
        if gone:
            backlog.remove(key)
            backlog.remove(key)
    assert backlog.items == sum(not gone for _, gone in items)
    assert backlog.tokens == sum(tokens for tokens, gone in items if not gone)


def test_a_token_has_about_four_characters() -> None:
    assert tokens_of(["", "abcd", "abcde"]) == 3
