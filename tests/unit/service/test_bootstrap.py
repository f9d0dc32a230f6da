from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models import errors as model_errors
from models.store import ModelCard
from newsweave import Client
from newsweave import messages as pb
from service import bootstrap, loading
from service.engine.local import LocalEngine
from service.errors import InvalidRequest, ModelFilesError, NotWritten, SettingsError
from service.rpc import server
from service.settings import Settings
from service.stages.verify import CHECKER
from tests.chat_endpoint import MODEL, SERVED_AS, Chat, chatting, status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from service.domain import Vectors
    from service.engine.wire import Report
    from service.ports import Check, DraftRequest

ARTICLES = [
    pb.Article(
        id="a", text="The old bridge in Dale was closed on Monday. Engineers found deep cracks in a pillar."
    ),
    pb.Article(
        id="b", text="The bridge in Dale has been closed since Monday. Lorries must take the northern road."
    ),
]
QUIZZES = [
    pb.Article(id="q", text="Zoë Quizzix won a jazz quiz in Vejzaqz on Friday. Six jazz wizards judged it."),
    pb.Article(
        id="r", text="A jazz quiz in Vejzaqz was won by Zoë Quizzix on Friday. Jazz wizards judged the quiz."
    ),
]
SERVED = Settings(address="127.0.0.1:0", metrics_address="127.0.0.1:0", grace_seconds=1)


class CountingEncoder:
    """Embeds a text by how often it holds each letter."""

    card = ModelCard("encoder", "counts", "MIT", "1" * 64)

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        check()
        letters = [
            [text.lower().count(letter) + 0.01 for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts
        ]
        counts = np.array(letters, np.float32).reshape(len(texts), 26)
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), np.float32)


class TwoTopics(CountingEncoder):
    """Finds all texts with the letter z alike, and like no other."""

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        return super().encode([text + 500 * "z" if "z" in text else text for text in texts], check)


class FirstSentenceDrafter:
    """Writes the first source again."""

    card = ModelCard("drafter", "first", "MIT", "2" * 64)

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        check()
        return [request.sources[0] for request in requests]


class SureVerifier:
    """Says that everything follows from everything."""

    card = ModelCard("verifier", "sure", "MIT", "3" * 64)
    threshold = 0.75

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        check()
        return np.tile(np.array([[1.0, 0.0, 0.0]], np.float32), (len(pairs), 1))


VERIFIER = """
role = "verifier"
id = "tests/sure"
licence = "MIT"
[source]
kind = "huggingface"
repository = "tests/sure"
revision = "0000000000000000000000000000000000000000"
files = ["*.json"]
[limits]
max_input_tokens = 64
[calibration]
temperature = 1.0
threshold = 0.75
"""


@pytest.fixture
def with_verifier(tmp_path: Path) -> Settings:
    path = tmp_path / "sure.toml"
    path.write_text(VERIFIER, "utf-8")
    return Settings(threads=3, verifier=str(path))


@pytest.fixture
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put fakes where torch would be."""
    monkeypatch.setattr("service.bootstrap._require_files", lambda _settings: None)
    monkeypatch.setattr("service.loading._files", lambda _settings, name: name)
    monkeypatch.setattr("models.encoder.Encoder", lambda _files, _report, _precision: CountingEncoder())
    monkeypatch.setattr("models.drafter.Drafter", lambda _files, _report, _precision: FirstSentenceDrafter())
    monkeypatch.setattr("models.verifier.Verifier", lambda _files, _report, _precision: SureVerifier())


def unheard(_role: str) -> Report:
    raise AssertionError


def _local(settings: Settings) -> list[pb.StreamSummarizeResponse]:
    return list(bootstrap.stream(settings, pb.StreamSummarizeRequest(articles=ARTICLES)))


@pytest.fixture
def remote_answers(monkeypatch: pytest.MonkeyPatch) -> list[pb.StreamSummarizeResponse]:
    """Ask the server from a thread as soon as it listens, and end it by a signal."""
    answers: list[pb.StreamSummarizeResponse] = []

    def ask(address: str) -> None:
        try:
            with Client(address) as client:
                while not _is_ready(client):
                    pass
                answers.extend(client.stream(pb.StreamSummarizeRequest(articles=ARTICLES)))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    def start(address: str) -> None:
        logging.getLogger("service.bootstrap").info("listening", extra={"address": address})
        threading.Thread(target=ask, args=(address,)).start()

    monkeypatch.setattr("service.bootstrap._tell_address", start)
    return answers


def _is_ready(client: Client) -> bool:
    try:
        return bool(client.server_info().models)
    except Exception:  # noqa: BLE001  it is still loading
        return False


@pytest.mark.weights
def test_a_server_tells_what_this_process_tells(remote_answers: list[pb.StreamSummarizeResponse]) -> None:
    bootstrap.serve(SERVED)
    assert remote_answers[0].WhichOneof("event") == "started"
    assert remote_answers[1:] == _local(SERVED)
    assert remote_answers[-1].completed.sentences


@pytest.mark.usefixtures("_fakes")
def test_a_digest_is_made_in_this_process_with_the_summaries_of_its_stories() -> None:
    request = pb.GenerateDigestRequest(articles=[*ARTICLES, pb.Article(id="c", text=" ")])
    grouped, story, completed = bootstrap.digest(SERVED, request)
    assert [list(group.article_ids) for group in grouped.grouped.stories] == [["a", "b"]]
    assert story.story.summary == _local(SERVED)[-1].completed
    assert list(completed.completed.story_ids) == [1]
    assert not completed.completed.failed_story_ids
    assert [item.rule for item in completed.completed.unassigned] == ["EMPTY_TEXT"]


@pytest.mark.usefixtures("_fakes")
def test_a_summary_that_is_kept_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = pb.GenerateDigestRequest(articles=ARTICLES)
    keep = tmp_path / "kept.jsonl"
    first = list(bootstrap.digest(SERVED, request, keep))
    monkeypatch.delattr("service.bootstrap.summarize")
    assert list(bootstrap.digest(SERVED, request, keep)) == first
    _, story, _ = bootstrap.digest(SERVED, request)
    assert story.story.HasField("error")


@pytest.mark.usefixtures("_fakes")
def test_a_story_that_fails_in_this_process_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        message = "secret"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("service.bootstrap.summarize", fail)
    _, story, completed = bootstrap.digest(SERVED, pb.GenerateDigestRequest(articles=ARTICLES))
    assert (story.story.error.code, story.story.error.message) == (13, "internal error")
    assert list(completed.completed.failed_story_ids) == [1]


@pytest.mark.usefixtures("_fakes")
def test_a_bad_pile_is_refused_before_any_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("service.loading.load")
    with pytest.raises(InvalidRequest):
        list(bootstrap.digest(Settings(), pb.GenerateDigestRequest()))


@pytest.mark.usefixtures("_fakes")
def test_a_bad_request_is_refused_before_any_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("service.loading.load")
    with pytest.raises(InvalidRequest):
        list(bootstrap.stream(Settings(), pb.StreamSummarizeRequest()))


def test_the_address_is_logged_as_a_field(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "service.bootstrap"):
        bootstrap._tell_address("127.0.0.1:7")
    (record,) = caplog.records
    assert (record.message, vars(record)["address"]) == ("listening", "127.0.0.1:7")


@pytest.mark.usefixtures("_fakes")
def test_a_warm_up_uses_each_model_once(monkeypatch: pytest.MonkeyPatch, with_verifier: Settings) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    steps = bootstrap.warm_up_steps(with_verifier)
    assert [name.partition(":")[0] for name, _ in steps] == ["encoder", "drafter", "verifier"]
    for name, step in steps:
        assert "load" in name
        step()
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert len(bootstrap.warm_up_steps(Settings(verifier=""))) == 2


@pytest.mark.usefixtures("_fakes")
def test_a_verifier_is_one_of_the_models_of_a_summary(with_verifier: Settings) -> None:
    *_, last = _local(with_verifier)
    assert [model.id for model in last.completed.provenance.models] == ["counts", "first", "sure"]


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chatting(Chat(write=lambda _: "The bridge in Dale was closed on Monday.")) as chat:
        yield chat


@pytest.mark.usefixtures("_fakes")
def test_a_drafter_elsewhere_takes_the_place_of_one_that_is_not_even_loaded(
    monkeypatch: pytest.MonkeyPatch, chat: Chat
) -> None:
    monkeypatch.delattr("models.drafter.Drafter")
    settings = Settings(drafter_url=chat.url, drafter_model=MODEL)
    *_, last = _local(settings)
    assert chat.asked
    names = [model.id for model in last.completed.provenance.models]
    assert names == ["counts", f"{SERVED_AS} at {chat.url.removeprefix('http://').removesuffix('/v1')}"]
    assert [name.partition(":")[0] for name, _ in bootstrap.warm_up_steps(settings)] == ["encoder"]
    assert not [thread for thread in threading.enumerate() if thread.name == "endpoint"]
    bootstrap.digest(settings, pb.GenerateDigestRequest(articles=ARTICLES))


@pytest.mark.usefixtures("_fakes")
@pytest.mark.parametrize("engine", ["local", "ray"])
def test_stories_name_those_who_wrote_for_them_wherever_the_other_models_are(
    monkeypatch: pytest.MonkeyPatch, chat: Chat, engine: str
) -> None:
    def write(asked: str) -> str:
        chat.named = "of-bridges" if "bridge" in asked else "of-quizzes"
        return asked.splitlines()[-1].removeprefix("- ")

    def on_ray(settings: Settings, _reports: object) -> LocalEngine:
        return LocalEngine(lambda _: loading.load(settings), settings.workers)

    monkeypatch.delattr("models.drafter.Drafter")
    monkeypatch.setattr("models.encoder.Encoder", lambda _files, _report, _precision: TwoTopics())
    monkeypatch.setattr("service.bootstrap._on_ray", on_ray)
    chat.write = write
    settings = Settings(drafter_url=chat.url, drafter_model=MODEL, engine=engine, workers=1)
    _, *stories, _ = bootstrap.digest(settings, pb.GenerateDigestRequest(articles=[*ARTICLES, *QUIZZES]))
    assert len(stories) == 2
    for told in stories:
        topic = "of-bridges" if "a" in told.story.article_ids else "of-quizzes"
        first, *others = [model.id for model in told.story.summary.provenance.models]
        assert (first, [name.partition(" at ")[0] for name in others]) == ("counts", [topic])


def test_an_endpoint_is_tried_with_a_sentence_of_our_own(chat: Chat) -> None:
    settings = Settings(drafter_url=chat.url, drafter_model=MODEL)
    assert bootstrap.try_endpoint(settings).startswith(f"{SERVED_AS} at 127.0.0.1:")
    assert "council" in chat.asked[0]["messages"][-1]["content"]
    chat.fault = status(401)
    with pytest.raises(NotWritten, match="status 401"):
        bootstrap.try_endpoint(settings)


def test_a_server_without_the_key_of_its_endpoint_does_not_start(chat: Chat, tmp_path: Path) -> None:
    settings = Settings(drafter_url=chat.url, drafter_model=MODEL, drafter_key_file=str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="drafter_key_file"):
        bootstrap._drafting(settings, LocalEngine(lambda _: loading.load(settings)))


def test_a_server_with_a_model_of_another_role_does_not_start() -> None:
    with pytest.raises(ModelFilesError, match="a verifier is needed"):
        bootstrap.serve(Settings(verifier="minilm-l6"))


def test_a_server_names_what_judges_its_sentences(with_verifier: Settings) -> None:
    assert bootstrap._identity(Settings(verifier="")).checker == CHECKER
    named = bootstrap._identity(with_verifier)
    assert (named.checker, named.threshold) == ("tests/sure", 0.75)


@pytest.mark.usefixtures("_fakes")
def test_models_that_cannot_be_loaded_are_an_error_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_files: object, _report: object, _precision: object) -> CountingEncoder:
        message = "model counts is damaged"
        raise model_errors.ModelFilesDamaged(message)

    monkeypatch.setattr("models.encoder.Encoder", broken)
    with pytest.raises(ModelFilesError, match="model counts is damaged"):
        _local(Settings())


def test_a_server_without_models_does_not_start(tmp_path: Path) -> None:
    settings = Settings(weights_dir=tmp_path)
    told = ".*".join(f"models fetch {name}" for name in settings.models)
    with pytest.raises(ModelFilesError, match=told):
        bootstrap.serve(settings)


def test_there_is_no_side_door_unless_a_page_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "service.web.front", None)
    assert bootstrap.side_door(Settings()) is server.no_side_door


def test_what_the_page_needs_and_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "service.web.front", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(SettingsError, match=r"uvicorn is not installed: pip install 'newsweave\[web\]'"):
        bootstrap.side_door(Settings(web="127.0.0.1:0"))


@pytest.mark.usefixtures("_fakes")
def test_an_engine_on_ray_needs_an_extra_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "service.engine.ray", raising=False)
    monkeypatch.delattr("service.engine.ray", raising=False)
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))
        with pytest.raises(SettingsError, match=r"ray is not installed: pip install 'newsweave\[ray\]'"):
            bootstrap.hosted_engine(Settings(engine="ray"), unheard)


def test_only_an_engine_that_is_not_elsewhere_needs_the_files_here(tmp_path: Path) -> None:
    for settings in (
        Settings(weights_dir=tmp_path),
        Settings(weights_dir=tmp_path, engine="ray"),
        Settings(weights_dir=tmp_path, ray_address="10.0.0.1:6379"),
    ):
        with pytest.raises(ModelFilesError):
            bootstrap.hosted_engine(settings, unheard)


def test_replicas_are_shared_by_servers_that_would_make_the_same_summaries() -> None:
    def name(**settings: object) -> str:
        return bootstrap._cluster(Settings(engine="ray", **settings)).name  # type: ignore[arg-type]

    assert name() == name(address="127.0.0.1:1", workers=2)
    assert len({name(), name(default_words=100), name(max_replicas=2), name(drafter="another")}) == 4
    assert bootstrap._cluster(Settings(engine="ray", threads=3)).cores == 3
    assert bootstrap._cluster(Settings(engine="ray")).cores is None
