from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rpc import tokens
from service.rpc.tokens import TokenHash


def test_a_token_is_long_random_and_easy_to_find_in_a_repository() -> None:
    made = {tokens.new() for _ in range(100)}
    assert len(made) == 100
    assert all(token.startswith("nwt_") and tokens.is_wellformed(token) for token in made)
    assert min(map(len, made)) == 47  # 256 bits, six a letter, after the prefix


@pytest.mark.parametrize("text", ["", "nwt_", "password", "x" * 47, f"nwt_{'a' * 42}", f"nwt_{'a' * 43}\n"])
def test_what_a_person_might_choose_is_no_token(text: str) -> None:
    assert not tokens.is_wellformed(text)


def test_a_hash_knows_its_token_and_no_other() -> None:
    token = tokens.new()
    known = TokenHash.of(token)
    assert known.matches(token)
    assert not known.matches(tokens.new())
    assert not known.matches("")
    assert known.digest == hashlib.sha256(known.salt + token.encode()).digest()


def test_every_hash_has_a_salt_of_its_own_and_tells_nothing_of_its_token() -> None:
    token = tokens.new()
    first, second = TokenHash.of(token), TokenHash.of(token)
    assert first.salt != second.salt
    assert first.digest != second.digest
    assert token not in f"{first} {first!r}"


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_a_hash_is_read_as_it_was_written(salt: bytes, digest: bytes) -> None:
    made = TokenHash(salt, digest)
    assert TokenHash.parse(str(made)) == made


@given(st.text(max_size=120))
def test_what_is_no_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"sha256\$SALT\$DIGEST"):
        TokenHash.parse(text)


def test_hashes_are_compared_in_a_time_that_does_not_depend_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def note(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr("hmac.compare_digest", note)
    token = tokens.new()
    assert TokenHash.of(token).matches(token)
    assert len(compared) == 1
