from __future__ import annotations

from dataclasses import MISSING, Field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import SettingsError
from service.settings import Settings, flag, variable

RANGED = [item for item in fields(Settings) if item.metadata["least"] is not None]


def test_every_setting_says_what_it_means_and_has_a_default() -> None:
    for item in fields(Settings):
        assert item.metadata["about"].endswith("."), item.name
        assert item.default is not MISSING, item.name


def test_no_environment_means_every_default() -> None:
    assert Settings.from_environment({"PATH": "/bin", "NEWSWEAVE_PORT": "tcp://10.0.0.1"}) == Settings()


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    environment = {"NEWSWEAVE_MAX_ARTICLES": "7", "NEWSWEAVE_WORKERS": "3"}
    settings = Settings.from_environment(environment, {"max_articles": "9"})
    assert (settings.max_articles, settings.workers) == (9, 3)


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_can_be_given_as_text(item: Field[Any]) -> None:
    read = Settings.from_environment({variable(item.name): str(item.default)})
    assert getattr(read, item.name) == item.default
    assert type(getattr(read, item.name)) in (get_type_hints(Settings)[item.name], type(item.default))


def test_paths_and_numbers_are_read_by_the_kind_of_their_field() -> None:
    settings = Settings.from_environment({}, {"weights_dir": "/srv/weights", "grace_seconds": "2.5"})
    assert settings.weights_dir == Path("/srv/weights")
    assert settings.grace_seconds == 2.5


def test_all_texts_of_the_wrong_kind_are_told_at_once_with_their_origin() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"NEWSWEAVE_MAX_ARTICLES": "many"}, {"grace_seconds": "soon"})
    assert str(caught.value).split("; ") == [
        "NEWSWEAVE_MAX_ARTICLES is 'many', and must be a whole number",
        "--grace-seconds is 'soon', and must be a number",
    ] or str(caught.value).split("; ") == [
        "--grace-seconds is 'soon', and must be a number",
        "NEWSWEAVE_MAX_ARTICLES is 'many', and must be a whole number",
    ]


def test_all_values_outside_their_range_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(workers=0, max_articles=0, address="localhost")
    assert str(caught.value) == (
        "workers is 0, and must be from 1 to 1024; max_articles is 0, and must be from 1 to 10000; "
        "address is 'localhost', and must be HOST:PORT with a port from 0 to 65535"
    )


@pytest.mark.parametrize("address", ["", ":50051", "host:", "host:port", "host:65536", "host:-1", "host:1.5"])
def test_an_address_needs_a_host_and_a_port(address: str) -> None:
    with pytest.raises(SettingsError, match="HOST:PORT"):
        Settings(address=address)


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::]:50051", "news.example:65535"])
def test_an_address_may_be_a_name_or_an_ip(address: str) -> None:
    assert Settings(address=address, allow_plaintext=True).address == address


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"])
def test_this_machine_alone_is_served_without_tls(address: str) -> None:
    assert not Settings(address=address).is_public


@pytest.mark.parametrize(
    "address", ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "192.168.1.1:1", "news.example:1", "127.1:1"]
)
def test_what_others_reach_needs_tls_or_the_word_of_the_operator(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(address=address)
    assert str(caught.value) == (
        f"address is {address}, which other machines may reach: set tls_certificate and tls_key, "
        "or allow_plaintext to serve it without TLS"
    )
    assert Settings(address=address, tls_certificate="a", tls_key="b").is_public
    assert Settings(address=address, allow_plaintext=True).is_public


def test_tls_needs_a_certificate_and_its_key() -> None:
    for one, other in (("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")):
        with pytest.raises(SettingsError, match=f"{one} is set without {other}, and both are needed"):
            Settings(**{one: "a"})  # type: ignore[arg-type]  # a name of a text
    with pytest.raises(SettingsError, match="tls_client_ca is set without tls_certificate"):
        Settings(tls_client_ca="a")


@pytest.mark.parametrize(("text", "value"), [("true", True), ("FALSE", False), ("False", False)])
def test_a_switch_is_true_or_false(text: str, value: bool) -> None:  # noqa: FBT001  a parameter
    assert Settings.from_environment({"NEWSWEAVE_REFLECTION": text}).reflection is value


@pytest.mark.parametrize(
    "endpoint", ["collector:4317", "ftp://collector", "http://", "http://[x", "https://:1"]
)
def test_a_collector_is_named_by_a_url_of_http(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="otlp_endpoint is"):
        Settings(otlp_endpoint=endpoint)


ELSEWHERE: dict[str, Any] = {"drafter_url": "https://gpu.example/v1", "drafter_model": "big"}


def test_a_drafter_elsewhere_takes_the_place_of_the_one_that_is_loaded() -> None:
    assert Settings().models == ("newsweave-encoder-1", "newsweave-drafter-2")
    assert Settings(**ELSEWHERE).models == ("newsweave-encoder-1",)
    assert Settings(**ELSEWHERE, verifier="sure").models == ("newsweave-encoder-1", "sure")


@pytest.mark.parametrize(
    "url", ["gpu.example/v1", "ftp://gpu.example", "http://", "http://[x", "https://a:b"]
)
def test_a_drafter_elsewhere_is_named_by_a_url_of_http(url: str) -> None:
    with pytest.raises(SettingsError, match="drafter_url is"):
        Settings(drafter_url=url, drafter_model="big")


@pytest.mark.parametrize(
    "url", ["https://me:sk-secret@gpu.example/v1", "https://gpu.example/v1?key=sk-secret"]
)
def test_a_url_with_a_secret_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(SettingsError, match="drafter_key_file") as told:
        Settings(drafter_url=url, drafter_model="big")
    assert "secret" not in str(told.value)


def test_settings_of_a_drafter_elsewhere_go_together() -> None:
    with pytest.raises(SettingsError, match="drafter_url is set without drafter_model"):
        Settings(drafter_url="https://gpu.example/v1")
    for name in ("drafter_model", "drafter_prompt", "drafter_key_file"):
        with pytest.raises(SettingsError, match=f"{name} is set without drafter_url"):
            Settings(**{name: "a"})  # type: ignore[arg-type]  # a name of a text


@pytest.mark.parametrize("host", ["gpu.example", "10.0.0.7:8000", "[fd00::7]:8000"])
def test_no_sentence_goes_elsewhere_in_plaintext_unless_that_is_allowed(host: str) -> None:
    asked: dict[str, Any] = {"drafter_url": f"http://{host}/v1", "drafter_model": "big"}
    with pytest.raises(SettingsError, match="would go without TLS"):
        Settings(**asked)
    assert Settings(**asked, allow_plaintext=True).drafter_url == asked["drafter_url"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_on_this_machine_plaintext_is_well(host: str) -> None:
    assert Settings(drafter_url=f"http://{host}/v1", drafter_model="big").drafter_url


@pytest.mark.parametrize("text", ["", "1", "yes", "off"])
def test_a_switch_takes_no_other_word(text: str) -> None:
    with pytest.raises(SettingsError, match=r"NEWSWEAVE_REFLECTION is '.*', and must be true or false"):
        Settings.from_environment({"NEWSWEAVE_REFLECTION": text})


def test_the_default_length_must_be_one_that_may_be_asked_for() -> None:
    with pytest.raises(
        SettingsError, match="default_words is 200, and must be at most max_summary_words, 100"
    ):
        Settings(max_summary_words=100)


def test_not_a_number_is_outside_every_range() -> None:
    with pytest.raises(SettingsError, match="grace_seconds is nan"):
        Settings.from_environment({}, {"grace_seconds": "nan"})


@given(st.sampled_from(RANGED), st.floats(allow_nan=False))
def test_a_value_is_taken_exactly_if_it_lies_in_its_range(item: Field[Any], value: float) -> None:
    least, most = item.metadata["least"], item.metadata["most"]
    values: dict[str, Any] = {"default_words": 10, "max_summary_words": 10_000, item.name: value}
    faults = _faults(values)
    assert (f"{item.name} is {value}, and must be from {least} to {most}" in faults) == (
        not least <= value <= most
    )


def _faults(values: dict[str, Any]) -> str:
    try:
        Settings(**values)
    except SettingsError as error:
        return str(error)
    return ""


def test_the_digest_changes_with_what_shapes_summaries_and_with_nothing_else() -> None:
    base = Settings()
    assert Settings(same_claim_similarity=0.7).sha256 != base.sha256
    assert (
        Settings(workers=2, max_articles=3, address="0.0.0.0:1", allow_plaintext=True).sha256 == base.sha256
    )
    assert len(base.sha256) == 64


def test_a_verifier_is_used_if_it_is_named() -> None:
    assert Settings(encoder="a", drafter="b", verifier="").models == ("a", "b")
    assert Settings(encoder="a", drafter="b", verifier="c").models == ("a", "b", "c")


def test_a_message_may_be_twice_as_long_as_the_longest_request() -> None:
    settings = Settings(
        max_request_characters=1_000,
        max_request_html_characters=2_000,
        max_digest_characters=100,
        max_digest_html_characters=100,
        max_background_characters=500,
        max_digest_background_characters=100,
    )
    assert settings.max_message_bytes == 28_000
    assert replace(settings, max_digest_characters=5_000).max_cluster_bytes == settings.max_cluster_bytes
    assert replace(settings, max_digest_characters=5_000).max_message_bytes == 60_000
    assert replace(settings, max_digest_html_characters=5_000).max_message_bytes == 52_000
    assert replace(settings, max_digest_background_characters=1_500).max_message_bytes == 36_000


def test_names_of_flags_and_variables() -> None:
    assert flag("max_articles") == "--max-articles"
    assert variable("max_articles") == "NEWSWEAVE_MAX_ARTICLES"


def test_what_can_change_a_summary_changes_the_digest() -> None:
    shaping = {item.name for item in fields(Settings) if item.metadata["shapes_summary"]}
    assert shaping == {
        "encoder",
        "drafter",
        "drafter_url",
        "drafter_model",
        "drafter_prompt",
        "verifier",
        "reduced_precision",
        "threads",
        "max_article_characters",
        "max_summary_words",
        "default_words",
        "same_claim_similarity",
        "support_similarity",
        "repeat_similarity",
        "answer_relevance",
    }
    assert Settings(default_words=150).sha256 != Settings().sha256
    assert Settings(workers=1).sha256 == Settings().sha256


def test_texts_and_ranges_are_faulted_together() -> None:
    flags = {"threads": "x", "support_similarity": "7"}
    with pytest.raises(SettingsError, match=r"--threads is 'x'.*support_similarity is 7"):
        Settings.from_environment({}, flags)


def test_there_is_no_page_unless_one_is_asked_for() -> None:
    assert Settings().web == ""
    assert Settings.from_environment({}, {"web": "127.0.0.1:8080"}).web == "127.0.0.1:8080"
    with pytest.raises(SettingsError, match="web is 'nowhere', and must be HOST:PORT"):
        Settings(web="nowhere")


def test_a_page_that_others_reach_needs_tls_or_a_decision() -> None:
    with pytest.raises(SettingsError, match=r"^web is 0.0.0.0:8080, which other machines may reach"):
        Settings(web="0.0.0.0:8080")
    assert Settings(web="0.0.0.0:8080", allow_plaintext=True).web_is_public
    assert Settings(web="0.0.0.0:8080", tls_certificate="a", tls_key="b").web_is_public
    assert not Settings(web="localhost:8080").web_is_public


def test_a_page_is_no_way_round_the_certificates_of_clients() -> None:
    tls = {"tls_certificate": "a", "tls_key": "b", "tls_client_ca": "c"}
    with pytest.raises(SettingsError, match="tls_client_ca is set with web"):
        Settings(web="127.0.0.1:8080", **tls)  # type: ignore[arg-type]


def test_an_engine_must_be_one_of_those_that_there_are() -> None:
    assert Settings(engine="ray").engine == "ray"
    with pytest.raises(SettingsError, match="engine is 'spark', and must be one of local, ray"):
        Settings(engine="spark")


def test_a_cluster_must_have_an_address_that_can_be_reached() -> None:
    assert Settings(ray_address="10.0.0.1:6379").ray_address
    with pytest.raises(SettingsError, match="ray_address is 'ray://head', and must be HOST:PORT"):
        Settings(ray_address="ray://head")


def test_there_can_be_no_fewer_replicas_than_there_must_be() -> None:
    Settings(min_replicas=2, max_replicas=2)
    with pytest.raises(SettingsError, match="min_replicas is 3, and must be at most max_replicas, 2"):
        Settings(min_replicas=3, max_replicas=2)
