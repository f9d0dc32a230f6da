from __future__ import annotations

import logging
import math
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.domain import ModelCard
from service.engine.backlog import AGEING_SECONDS
from service.engine.bound import BoundEncoder
from service.engine.local import LocalEngine, State
from service.engine.token import Token
from service.errors import Cancelled, Draining, ModelFilesError, ModelNotReady
from service.ports import DraftRequest, EngineFigures, LoadedModels, Urgency
from service.watch import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from service.domain import Vectors
    from service.ports import Check
    from service.watch import StageName

PATIENCE = 5.0


@dataclass
class FakeModel:
    """Both models at once. A text "hold" makes it step until it is released or stopped."""

    role: str
    calls: list[tuple[str, ...]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def card(self) -> ModelCard:
        return ModelCard(self.role, "fake", "Apache-2.0", "0" * 64)

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        self.calls.append(tuple(texts))
        self.threads.add(threading.current_thread().name)
        while "hold" in texts and not self.release.wait(0.005):
            self.held.set()
            check()
        if "break" in texts:
            raise ZeroDivisionError
        return np.ones((len(texts), 2), dtype=np.float32)

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        check()
        return [request.sources[0] for request in requests]

    @property
    def threshold(self) -> float:
        return 0.75

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        check()
        self.calls.append(tuple(premise for premise, _ in pairs))
        self.threads.add(threading.current_thread().name)
        return np.full((len(pairs), 3), 1 / 3, dtype=np.float32)


@dataclass
class Fakes:
    encoder: FakeModel = field(default_factory=lambda: FakeModel("encoder"))
    drafter: FakeModel = field(default_factory=lambda: FakeModel("drafter"))
    verifier: FakeModel | None = None

    def load(self, _: Check) -> LoadedModels:
        return LoadedModels(self.encoder, self.drafter, self.verifier)


@dataclass
class Waits:
    """Keeps how long was waited."""

    told: list[tuple[Queue, float]] = field(default_factory=list)

    def stage(self, name: StageName) -> AbstractContextManager[None]:
        raise NotImplementedError(name)

    def waited(self, queue: Queue, seconds: float) -> None:
        self.told.append((queue, seconds))


@contextmanager
def ready(fakes: Fakes) -> Iterator[LocalEngine]:
    engine = LocalEngine(fakes.load)
    engine.start().result(PATIENCE)
    try:
        yield engine
    finally:
        engine.stop()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("models")]


def test_models_are_loaded_and_warmed_up_on_the_model_thread() -> None:
    fakes = Fakes()
    with ready(fakes) as engine:
        assert engine.state is State.READY
        assert [card.role for card in engine.cards] == ["encoder", "drafter"]
        assert len(fakes.encoder.calls) == 1
        models = engine.bind(Token().check)
        assert models.encoder.encode(["a", "b"]).shape == (2, 2)
        assert models.drafter.draft([DraftRequest(("s",), 5)]) == ["s"]
        models.check()
    assert fakes.encoder.threads == {"models_0"}


def test_a_verifier_is_warmed_up_and_asked_on_the_model_thread() -> None:
    fakes = Fakes(verifier=FakeModel("verifier"))
    assert fakes.verifier
    with ready(fakes) as engine:
        assert [card.role for card in engine.cards] == ["encoder", "drafter", "verifier"]
        verifier = engine.bind(Token().check).verifier
        assert verifier
        assert (verifier.name, verifier.threshold) == ("fake", 0.75)
        assert verifier.judge([("a", "b"), ("c", "d")]).shape == (2, 3)
    assert fakes.verifier.calls[1:] == [("a", "c")]
    assert fakes.verifier.threads == {"models_0"}


def test_nothing_is_lent_before_the_models_are_loaded() -> None:
    go = threading.Event()
    fakes = Fakes()

    def load(check: Check) -> LoadedModels:
        go.wait(PATIENCE)
        return fakes.load(check)

    engine = LocalEngine(load)
    loading = engine.start()
    with pytest.raises(ModelNotReady, match="being loaded") as told:
        engine.bind(Token().check)
    assert told.value.retry_after > 0
    go.set()
    loading.result(PATIENCE)
    engine.bind(Token().check)
    engine.stop()


def test_a_failure_to_load_is_told_without_its_text_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def load(_: Check) -> LoadedModels:
        message = "no file /secret/weights"
        raise ModelFilesError(message)

    engine = LocalEngine(load)
    with caplog.at_level(logging.ERROR), pytest.raises(ModelNotReady):
        engine.start().result(PATIENCE)
    assert engine.state is State.FAILED
    with pytest.raises(ModelNotReady, match="could not be loaded") as told:
        _ = engine.cards
    assert "secret" not in str(told.value)
    assert "/secret/weights" in caplog.text
    engine.stop()


def test_a_model_that_fails_when_warmed_up_is_not_ready() -> None:
    class Broken(FakeModel):
        def draft(self, _: Sequence[DraftRequest], __: Check) -> list[str]:
            raise ZeroDivisionError

    engine = LocalEngine(lambda _: LoadedModels(FakeModel("encoder"), Broken("drafter")))
    with pytest.raises(ModelNotReady):
        engine.start().result(PATIENCE)
    engine.stop()


def test_an_engine_that_is_stopped_while_it_loads_does_not_become_ready() -> None:
    begun, go = threading.Event(), threading.Event()
    fakes = Fakes()

    def load(check: Check) -> LoadedModels:
        begun.set()
        go.wait(PATIENCE)
        return fakes.load(check)

    engine = LocalEngine(load)
    loading = engine.start()
    assert begun.wait(PATIENCE)
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(engine.stop)
        while engine.state is not State.STOPPED:
            pass
        go.set()
        stopping.result(PATIENCE)
    with pytest.raises(Draining):
        loading.result(PATIENCE)
    assert engine.state is State.STOPPED
    with pytest.raises(Draining):
        engine.bind(Token().check)


def test_models_that_are_loaded_while_the_engine_is_stopped_are_ended() -> None:
    @dataclass
    class Counted:
        lost: Future[None] = field(default_factory=Future)
        ends: int = 0

        def end(self) -> None:
            self.ends += 1

    class Unstoppable(FakeModel):
        def encode(self, texts: Sequence[str], _: Check) -> Vectors:
            return np.ones((len(texts), 2), dtype=np.float32)

        def draft(self, requests: Sequence[DraftRequest], _: Check) -> list[str]:
            return [request.sources[0] for request in requests]

    life, begun = Counted(), threading.Event()

    def load(_: Check) -> LoadedModels:
        begun.set()
        while engine.state is not State.STOPPED:
            pass
        return LoadedModels(Unstoppable("encoder"), Unstoppable("drafter"), life=life)

    engine = LocalEngine(load)
    engine.start()
    assert begun.wait(PATIENCE)
    engine.stop()
    assert life.ends == 1


def test_calls_run_one_at_a_time_in_the_order_in_which_they_came() -> None:
    fakes = Fakes()
    with ready(fakes) as engine, ThreadPoolExecutor(4) as pool:
        models = engine.bind(Token().check)
        first = pool.submit(models.encoder.encode, ["hold"])
        assert fakes.encoder.held.wait(PATIENCE)
        others = []
        for name in "abc":
            others.append(pool.submit(models.encoder.encode, [name]))
            wait(others, 0.02)
        assert not any(other.done() for other in others)
        fakes.encoder.release.set()
        wait([first, *others], PATIENCE)
    assert fakes.encoder.calls[1:] == [("hold",), ("a",), ("b",), ("c",)]


def test_the_call_of_the_lowest_rank_runs_next() -> None:
    fakes = Fakes()
    with ready(fakes) as engine, ThreadPoolExecutor(4) as pool:
        first = pool.submit(engine.bind(Token().check).encoder.encode, ["hold"])
        assert fakes.encoder.held.wait(PATIENCE)
        others = []
        for name, rank in (("late", 9.0), ("soon", 1.0), ("then", 5.0)):
            others.append(
                pool.submit(engine.bind(Token().check, urgency=Urgency(rank)).encoder.encode, [name])
            )
            wait(others, 0.02)
        fakes.encoder.release.set()
        wait([first, *others], PATIENCE)
    assert fakes.encoder.calls[1:] == [("hold",), ("soon",), ("then",), ("late",)]


def test_what_waits_is_told_in_items_and_tokens_and_its_wait_when_it_is_begun() -> None:
    fakes, watch = Fakes(), Waits()
    with ready(fakes) as engine, ThreadPoolExecutor(2) as pool:
        models = engine.bind(Token().check, watch)
        assert models.watch is watch
        first = pool.submit(models.encoder.encode, ["hold"])
        assert fakes.encoder.held.wait(PATIENCE)
        second = pool.submit(models.drafter.draft, [DraftRequest(("four", "eight"), 5)])
        assert not wait([second], 0.1).done
        assert engine.figures == EngineFigures(1, 3)
        fakes.encoder.release.set()
        first.result(PATIENCE)
        second.result(PATIENCE)
        assert engine.figures == EngineFigures(0, 0)
    assert [queue for queue, _ in watch.told] == [Queue.MODELS] * 2
    assert watch.told[1][1] >= 0.1 > watch.told[0][1] >= 0


def test_a_caller_that_left_never_reaches_the_model() -> None:
    fakes = Fakes()
    with ready(fakes) as engine:
        token = Token()
        token.stop()
        with pytest.raises(Cancelled):
            engine.bind(token.check).encoder.encode(["late"])
    assert ("late",) not in fakes.encoder.calls


def test_a_caller_that_leaves_while_it_waits_is_let_go_at_once_and_never_starts() -> None:
    fakes = Fakes()
    with ready(fakes) as engine, ThreadPoolExecutor(2) as pool:
        first = pool.submit(engine.bind(Token().check).encoder.encode, ["hold"])
        assert fakes.encoder.held.wait(PATIENCE)
        token = Token()
        second = pool.submit(engine.bind(token.check).encoder.encode, ["late"])
        wait([second], 0.02)
        token.stop()
        assert isinstance(second.exception(PATIENCE), Cancelled)
        assert not first.done()
        assert engine.figures == EngineFigures(0, 0)
        fakes.encoder.release.set()
        first.result(PATIENCE)
    assert ("late",) not in fakes.encoder.calls


def test_a_call_whose_caller_leaves_stops_at_its_next_step() -> None:
    fakes = Fakes()
    with ready(fakes) as engine, ThreadPoolExecutor(1) as pool:
        token = Token()
        call = pool.submit(engine.bind(token.check).encoder.encode, ["hold"])
        assert fakes.encoder.held.wait(PATIENCE)
        token.stop()
        assert isinstance(call.exception(PATIENCE), Cancelled)
        assert engine.bind(Token().check).encoder.encode(["next"]).shape == (1, 2)


def test_a_fault_of_a_model_reaches_its_caller_and_spoils_no_other() -> None:
    with ready(Fakes()) as engine:
        models = engine.bind(Token().check)
        with pytest.raises(ZeroDivisionError):
            models.encoder.encode(["break"])
        assert models.encoder.encode(["fine"]).shape == (1, 2)


def test_stopping_ends_what_runs_and_what_waits() -> None:
    fakes = Fakes()
    engine = LocalEngine(fakes.load)
    engine.start().result(PATIENCE)
    with ThreadPoolExecutor(2) as pool:
        models = engine.bind(Token().check)
        running = pool.submit(models.encoder.encode, ["hold"])
        assert fakes.encoder.held.wait(PATIENCE)
        waiting = pool.submit(models.encoder.encode, ["late"])
        wait([waiting], 0.02)
        engine.stop()
        assert isinstance(running.exception(PATIENCE), Draining)
        assert isinstance(waiting.exception(PATIENCE), Draining)
    with pytest.raises(Draining):
        models.drafter.draft([])


def test_as_many_uses_are_under_way_as_the_models_can_put_in_order_and_loading_waits_for_none() -> None:
    fakes = Fakes()
    engine = LocalEngine(fakes.load, uses=2)
    engine.start().result(PATIENCE)
    with ThreadPoolExecutor(2) as pool:
        models = engine.bind(Token().check)
        calls = [pool.submit(models.encoder.encode, ["hold", name]) for name in "ab"]
        while {("hold", "a"), ("hold", "b")} - set(fakes.encoder.calls):
            assert not wait(calls, 0.01).done
        engine.start().result(PATIENCE)
        fakes.encoder.release.set()
        wait(calls, PATIENCE)
    engine.stop()


def test_models_that_wait_elsewhere_are_told_how_urgent_a_request_is() -> None:
    fakes, told = Fakes(), list[Urgency]()

    def load(check: Check) -> LoadedModels:
        models = fakes.load(check)

        def urged(urgency: Urgency) -> LoadedModels:
            told.append(urgency)
            return models

        return replace(models, urged=urged)

    engine = LocalEngine(load)
    engine.start().result(PATIENCE)
    engine.bind(Token().check, urgency=Urgency(3.0, 4.0)).encoder.encode(["a"])
    before = time.monotonic()
    engine.bind(Token().check).encoder.encode(["at leisure"])
    engine.stop()
    assert told[0] == Urgency(3.0, 4.0)
    # Nothing overtakes it that comes half a minute later, whatever its deadline.
    assert before + AGEING_SECONDS <= told[1].rank <= time.monotonic() + AGEING_SECONDS
    assert told[1].deadline == math.inf


def test_what_has_no_deadline_is_overtaken_by_nothing_that_comes_half_a_minute_later() -> None:
    fakes = Fakes()
    with ready(fakes) as engine:
        before = time.monotonic()
        encoder = engine.bind(Token().check).encoder
        assert isinstance(encoder, BoundEncoder)
        assert before + AGEING_SECONDS <= encoder.turns.rank <= time.monotonic() + AGEING_SECONDS
