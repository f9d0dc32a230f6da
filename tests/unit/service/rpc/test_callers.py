from __future__ import annotations

from typing import TYPE_CHECKING

from service.rpc import tokens
from service.rpc.callers import ANYBODY, RPCS, Caller, Callers, Entry, Limits
from service.rpc.tokens import TokenHash
from service.settings import Settings

if TYPE_CHECKING:
    import pytest

TOKENS = [tokens.new() for _ in range(4)]
FIRST, SECOND, THIRD = (Caller(name) for name in ("first", "second", "third"))
CALLERS = Callers(
    (
        Entry(FIRST, (TokenHash.of(TOKENS[0]), TokenHash.of(TOKENS[1])), ()),
        Entry(SECOND, (TokenHash.of(TOKENS[2]),), ("b.example",)),
        Entry(THIRD, (), ("c.example", "d.example")),
    )
)


def test_a_token_tells_its_caller() -> None:
    assert [CALLERS.by_token(token) for token in TOKENS] == [FIRST, FIRST, SECOND, None]


def test_every_hash_is_compared_whichever_of_them_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[TokenHash] = []
    matches = TokenHash.matches

    def note(known: TokenHash, token: str) -> bool:
        asked.append(known)
        return matches(known, token)

    monkeypatch.setattr(TokenHash, "matches", note)
    for token in TOKENS:
        asked.clear()
        CALLERS.by_token(token)
        assert asked == [known for entry in CALLERS.entries for known in entry.tokens]


def test_a_name_of_a_certificate_tells_its_caller() -> None:
    assert CALLERS.by_certificate(("x.example", "d.example")) == THIRD
    assert CALLERS.by_certificate(("b.example",)) == SECOND
    assert CALLERS.by_certificate(("B.example",)) is None
    assert CALLERS.by_certificate(()) is None


def test_limits_lower_the_settings_and_never_raise_them() -> None:
    settings = Settings(max_request_characters=1_000, max_digest_characters=1_500)
    assert Limits().on(settings) is settings
    assert Limits(max_calls=1).on(settings) is settings
    lower = Settings(max_request_characters=200, max_digest_characters=200)
    assert Limits(max_request_characters=200).on(settings) == lower
    assert Limits(max_request_characters=2_000).on(settings) == settings
    html = Limits(max_request_html_characters=300).on(settings)
    assert (html.max_request_characters, html.max_request_html_characters) == (1_000, 300)
    assert (html.max_digest_characters, html.max_digest_html_characters) == (1_500, 300)


def test_anybody_may_do_everything() -> None:
    assert (ANYBODY.rpcs, ANYBODY.limits) == (RPCS, Limits())
