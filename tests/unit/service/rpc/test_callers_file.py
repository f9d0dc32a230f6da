from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import SettingsError
from service.rpc import callers_file, tokens
from service.rpc.callers import RPCS, Caller, Limits
from service.rpc.tokens import TokenHash

PATH = Path("callers.toml")
HASH, OTHER = (str(TokenHash.of(tokens.new())) for _ in range(2))


def _fault(text: str) -> str:
    with pytest.raises(SettingsError) as told:
        callers_file.parse(text.encode(), PATH)
    return str(told.value)


def test_a_new_line_lets_its_caller_in_with_all_rights() -> None:
    token = tokens.new()
    line = callers_file.line("news-desk", token)
    assert "\n" not in line
    assert token not in line
    assert callers_file.parse(line.encode(), PATH).by_token(token) == Caller("news-desk")


def test_everything_that_a_line_may_say_is_read() -> None:
    text = (
        f'a = {{ tokens = ["{HASH}", "{HASH}"], certificates = ["a.example"], rpcs = ["Summarize"], '
        "max_calls = 2, max_request_characters = 300, max_request_html_characters = 400 }\n"
        '# a comment\n\nB_2 = { certificates = ["b.example"] }\n'
    )
    first, second = callers_file.parse(text.encode(), PATH).entries
    assert first.caller == Caller("a", frozenset({"Summarize"}), Limits(2, 300, 400))
    assert [str(one) for one in first.tokens] == [HASH, HASH]
    assert first.certificates == ("a.example",)
    assert (second.caller, second.tokens) == (Caller("B_2", RPCS), ())


def test_an_empty_file_lets_nobody_in_and_says_so_whenever_it_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, told = tmp_path / "callers.toml", f"{tmp_path / 'callers.toml'} names no caller: nobody is let in"
    path.touch()
    callers = callers_file.read(path)
    assert callers.value.entries == ()
    path.write_text(f'a = {{ tokens = ["{HASH}"] }}', "utf-8")
    assert callers.value.entries
    path.write_text("# nobody\n", "utf-8")
    assert callers.value.entries == ()
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [told] * 2


def test_a_file_that_comes_to_be_nested_too_deeply_leaves_the_old_callers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "callers.toml"
    path.write_text(f'a = {{ tokens = ["{HASH}"] }}', "utf-8")
    callers = callers_file.read(path)
    path.write_text(f"a = {'[' * 9_999}", "utf-8")
    assert [entry.caller.name for entry in callers.value.entries] == ["a"]
    assert "is nested too deeply" in caplog.text


def test_a_caller_without_rpcs_may_call_none() -> None:
    (entry,) = callers_file.parse(f'a = {{ tokens = ["{HASH}"], rpcs = [] }}'.encode(), PATH).entries
    assert entry.caller.rpcs == frozenset()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a = { tokens = [", "callers.toml is no TOML in UTF-8: "),
        ("a = 1", "callers.toml: a: must be a table, such as { tokens = [...] }"),
        ("a = {}", "callers.toml: a: has neither tokens nor certificates"),
        ("a = { tokens = [] }", "callers.toml: a: has neither tokens nor certificates"),
        (
            f'"a b" = {{ tokens = ["{HASH}"] }}',
            "callers.toml: a b: a name has 1 to 64 letters, digits, - and _",
        ),
        (
            f'a = {{ token = "{HASH}", certificates = ["x"] }}',
            "callers.toml: a: token is not known; known are ",
        ),
        ('a = { tokens = "sha256" }', "callers.toml: a: tokens must be a list of texts"),
        (
            'a = { tokens = ["sha256"] }',
            "callers.toml: a: tokens[0] is no hash of a token, sha256$SALT$DIGEST",
        ),
        ("a = { certificates = [1] }", "callers.toml: a: certificates must be a list of texts"),
        ('a = { certificates = [""] }', "callers.toml: a: certificates must be a list of texts"),
        (
            'a = { certificates = ["x"], rpcs = ["Sumarize"] }',
            (
                "callers.toml: a: rpcs must be of BatchSummarize, GenerateDigest, GetServerInfo, "
                "StreamSummarize, Summarize"
            ),
        ),
        (
            'a = { certificates = ["x"], max_calls = 0 }',
            "callers.toml: a: max_calls must be a whole number from 1 to 2147483647",
        ),
        (
            'a = { certificates = ["x"], max_calls = true }',
            "callers.toml: a: max_calls must be a whole number from 1 to 2147483647",
        ),
        (
            'a = { certificates = ["x"] }\nb = { certificates = ["y", "x"] }',
            "callers.toml: b: a has the certificate x, too",
        ),
        (
            f'a = {{ tokens = ["{HASH}"] }}\nb = {{ tokens = ["{OTHER}", "{HASH}"] }}',
            "callers.toml: b: a has tokens[1], too",
        ),
        (f"a = {'[' * 9_999}", "callers.toml is nested too deeply"),
    ],
)
def test_each_fault_of_the_file_is_told(text: str, fault: str) -> None:
    assert _fault(text).startswith(fault)


def test_all_faults_are_told_at_once_and_no_hash_with_them() -> None:
    fault = _fault(f'a = {{ tokens = ["{HASH}x"], max_calls = -1 }}\nb = 2')
    assert fault.count("; ") == 2
    assert HASH not in fault


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(SettingsError, match="is no TOML in UTF-8"):
        callers_file.parse(b"\xff", PATH)


@pytest.mark.parametrize("name", ["", "a b", "ä", "a.b", "a" * 65, "a\n"])
def test_a_name_that_would_not_fit_the_file_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be the name of a caller"):
        callers_file.line(name, tokens.new())


@given(st.text(max_size=200))
def test_any_text_is_a_file_of_callers_or_a_fault(text: str) -> None:
    with suppress(SettingsError):
        assert len(callers_file.parse(text.encode(), PATH).entries) <= text.count("=")
