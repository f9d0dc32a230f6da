from __future__ import annotations

import logging
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from service.engine.isolated import Isolated, UseFailedError, _Encoder
from service.engine.local import LocalEngine, State
from service.engine.token import Token
from service.engine.wire import Role
from service.errors import Cancelled, Draining, EngineRestarted, ModelNotReady
from service.ports import DraftRequest, Urgency
from tests.unit.service.engine import isolated_models
from tests.unit.service.engine.isolated_models import PRIVATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.engine.wire import LoadModels, Report
    from service.ports import LoadedModels, Models

PATIENCE = 30.0
# Signs of life may be missed for a second.
STALL = 4.0
DEATHS = ("die", "leave", "memory", "starve", "freeze", "spin", "hold")


@dataclass
class Heard:
    """Keeps what batches and states were told."""

    batches: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    usable: list[bool] = field(default_factory=list)

    def reports(self, role: str) -> Report:
        def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
            self.batches.append((role, rows, tokens, padded, written))

        return report


@contextmanager
def begun(
    load: LoadModels = isolated_models.load, heard: Heard | None = None, stall: float = STALL
) -> Iterator[LocalEngine]:
    """Begin an engine whose models are in a process of their own, and leave nothing behind."""
    heard = heard or Heard()
    engine = LocalEngine(Isolated(load, heard.reports, stall))
    loading = engine.start(heard.usable.append)
    try:
        wait([loading], PATIENCE)
        yield engine
    finally:
        engine.stop()
        assert not psutil.Process().children()
        assert until(lambda: not [one for one in threading.enumerate() if one.name.startswith("model")])


@contextmanager
def alone() -> Iterator[LoadedModels]:
    """Lend models in a process that is not begun anew."""
    models = Isolated(isolated_models.load, Heard().reports, STALL)(lambda: None)
    assert models.life
    try:
        yield models
    finally:
        models.life.end()


def until(true: object) -> bool:
    """Wait until something is true, and return whether it came true in time."""
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.01)
    return bool(true())  # type: ignore[operator]


def bound(engine: LocalEngine, token: Token | None = None, rank: float = 1.0) -> Models:
    return engine.bind((token or Token(PATIENCE)).check, urgency=Urgency(rank))


def process_of(engine: LocalEngine) -> int:
    return int(bound(engine).encoder.encode(["who"])[0, 1])


def test_a_process_without_a_drafter_has_no_card_of_one_and_goes_on_when_it_is_asked() -> None:
    models = Isolated(isolated_models.load_without_a_drafter, Heard().reports, STALL)(lambda: None)
    assert models.life
    try:
        assert [card.role for card in models.cards] == ["encoder"]
        assert models.drafter is None
        assert isinstance(models.encoder, _Encoder)
        with pytest.raises(UseFailedError, match="RuntimeError"):
            models.encoder.process.use(Role.DRAFTER, (), lambda: None)
        assert models.encoder.encode(["one"], lambda: None)[0, 0] == 3
    finally:
        models.life.end()


def test_models_work_in_another_process_as_they_do_here() -> None:
    heard = Heard()
    with begun(heard=heard) as engine:
        assert [card.id for card in engine.cards] == [
            "obedient-encoder",
            "obedient-drafter",
            "obedient-verifier",
        ]
        models = bound(engine)
        vectors = models.encoder.encode(["one", "three"])
        assert vectors[:, 0].tolist() == [3, 5]
        assert vectors[0, 1] not in {0, os.getpid()}
        assert models.drafter.draft([DraftRequest(("s", "t"), 5)]) == ["s"]
        assert models.verifier
        assert (models.verifier.name, models.verifier.threshold) == ("obedient-verifier", 0.75)
        assert models.verifier.judge([("a", "b")]).tolist() == np.full((1, 3), 1 / 3, np.float32).tolist()
    assert heard.usable == [True]
    assert heard.batches[-1] == ("encoder", 2, 8, 100, 0)


@pytest.mark.parametrize("deed", DEATHS)
def test_a_process_that_dies_or_hangs_is_begun_anew_and_what_waits_is_answered(deed: str) -> None:
    heard = Heard()
    with begun(heard=heard) as engine, ThreadPoolExecutor(4) as pool:
        first = process_of(engine)
        guilty = pool.submit(bound(engine, rank=0.0).encoder.encode, [deed])
        wait([guilty], 0.1)
        waiting = [pool.submit(bound(engine).encoder.encode, ["x" * size]) for size in (1, 2, 3)]
        # It begins anew once, and that is the end of its second process.
        assert isinstance(guilty.exception(2 * PATIENCE), EngineRestarted)
        vectors = [call.result(PATIENCE) for call in waiting]
        assert [vector[0, 0] for vector in vectors] == [1, 2, 3]
        assert process_of(engine) != first
        assert engine.state is State.READY
        assert engine.figures.restarts == 2
    assert heard.usable == [True, False, True, False, True]


def test_a_use_in_whose_middle_the_process_dies_by_accident_is_answered(tmp_path: Path) -> None:
    with begun() as engine:
        text = f"die once {tmp_path / 'marker'}"
        assert bound(engine).encoder.encode([text])[0, 0] == len(text)
        assert engine.figures.restarts == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_is_ended_while_nothing_is_asked_is_begun_anew_at_once(number: int) -> None:
    with begun() as engine:
        first = process_of(engine)
        os.kill(first, number)
        assert until(lambda: engine.figures.restarts == 1)
        assert until(lambda: engine.state is State.READY)
        assert process_of(engine) != first


def test_a_signal_without_a_name_ends_the_process_like_any_other() -> None:
    with begun() as engine:
        os.kill(process_of(engine), signal.SIGRTMIN + 1)
        assert until(lambda: engine.figures.restarts == 1)
        assert process_of(engine)


def test_what_cannot_be_heard_ends_the_process_and_not_the_engine(caplog: pytest.LogCaptureFixture) -> None:
    class Deaf(Heard):
        def reports(self, _role: str) -> Report:
            def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
                if (rows, tokens, padded, written) == (1, 4, 100, 0):
                    raise ZeroDivisionError(PRIVATE)

            return report

    with begun(heard=Deaf()) as engine, caplog.at_level(logging.ERROR):
        with pytest.raises(EngineRestarted):
            bound(engine).encoder.encode(["four"])
        assert bound(engine).encoder.encode(["three"])[0, 0] == 5
    assert "ZeroDivisionError" in caplog.text
    assert PRIVATE not in caplog.text


def test_a_large_use_of_a_process_that_is_stopped_does_not_hold_up_the_end() -> None:
    with begun(stall=60.0) as engine, ThreadPoolExecutor(1) as pool:
        os.kill(process_of(engine), signal.SIGSTOP)
        call = pool.submit(bound(engine).encoder.encode, ["x" * 10_000_000])
        wait([call], 0.3)
        start = time.monotonic()
        engine.stop()
        assert time.monotonic() - start < 10
        assert isinstance(call.exception(PATIENCE), Draining | EngineRestarted)


def test_callers_are_told_that_the_models_are_loaded_anew() -> None:
    with begun() as engine:
        os.kill(process_of(engine), signal.SIGKILL)
        assert until(lambda: engine.state is State.RESTARTING)
        with pytest.raises(EngineRestarted) as told:
            _ = engine.cards
        assert told.value.retry_after > 0
        # Who was let in before waits, and is answered.
        assert bound(engine).encoder.encode(["late"])[0, 0] == 4


def test_a_fault_of_a_model_is_told_to_its_caller_alone(caplog: pytest.LogCaptureFixture) -> None:
    with begun() as engine, caplog.at_level(logging.ERROR):
        first = process_of(engine)
        with pytest.raises(UseFailedError) as told:
            bound(engine).encoder.encode(["fail"])
        assert process_of(engine) == first
        assert engine.figures.restarts == 0
    assert "ZeroDivisionError" in caplog.text
    assert "isolated_models.py" in caplog.text
    assert PRIVATE not in caplog.text + str(told.value)


def test_a_process_that_runs_out_of_memory_tells_where_and_no_text(caplog: pytest.LogCaptureFixture) -> None:
    with alone() as models, caplog.at_level(logging.WARNING):
        with pytest.raises(EngineRestarted):
            models.encoder.encode(["memory"], lambda: None)
        assert until(lambda: "MemoryError > " in caplog.text)
    assert PRIVATE not in caplog.text


def test_a_process_that_hangs_tells_where(caplog: pytest.LogCaptureFixture) -> None:
    with alone() as models, caplog.at_level(logging.WARNING):
        with pytest.raises(EngineRestarted):
            models.encoder.encode(["spin"], lambda: None)
        assert until(lambda: "isolated_models.py" in caplog.text)
    assert "Timeout" in caplog.text


def test_a_caller_that_leaves_stops_the_work_and_the_next_one_has_its_turn() -> None:
    with begun() as engine, ThreadPoolExecutor(1) as pool:
        first, token = process_of(engine), Token()
        call = pool.submit(bound(engine, token).encoder.encode, ["step"])
        assert not wait([call], 0.2).done
        token.stop()
        assert isinstance(call.exception(PATIENCE), Cancelled)
        assert process_of(engine) == first
        assert engine.figures.restarts == 0


def test_steps_keep_a_use_alive_however_long_it_takes() -> None:
    with begun(stall=1.0) as engine, ThreadPoolExecutor(1) as pool:
        token = Token()
        call = pool.submit(bound(engine, token).encoder.encode, ["step"])
        assert not wait([call], 3.0).done
        token.stop()
        assert isinstance(call.exception(PATIENCE), Cancelled)
        assert engine.figures.restarts == 0


def test_what_a_library_prints_goes_to_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with begun() as engine, caplog.at_level(logging.WARNING):
        bound(engine).encoder.encode(["shout"])
    assert until(lambda: "a line of a library" in caplog.text)
    assert "a line of a library" not in "".join(capfd.readouterr())


def test_models_that_cannot_be_loaded_are_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    with begun(isolated_models.load_nothing, heard) as engine:
        assert engine.state is State.FAILED
        with pytest.raises(ModelNotReady) as told:
            _ = engine.cards
        assert "/there" not in str(told.value)
        assert "no file /there/weights" in caplog.text
        assert until(lambda: len(heard.usable) == 2)
    assert heard.usable == [False, False]


def test_a_process_that_dies_while_it_loads_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(EngineRestarted):
        Isolated(isolated_models.load_and_die, Heard().reports, STALL)(lambda: None)
    assert "signal SIGKILL" in caplog.text


def test_models_whose_process_dies_each_time_while_it_loads_are_given_up_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with begun(isolated_models.load_and_die) as engine:
        assert engine.state is State.FAILED
        assert caplog.text.count("signal SIGKILL") == 3


def test_loading_ends_at_once_when_the_engine_is_stopped() -> None:
    engine = LocalEngine(Isolated(isolated_models.load_forever, Heard().reports, STALL))
    loading = engine.start()
    assert until(lambda: bool(psutil.Process().children()))
    start = time.monotonic()
    engine.stop()
    assert isinstance(loading.exception(PATIENCE), Draining)
    assert time.monotonic() - start < PATIENCE / 2
    assert not psutil.Process().children()


def test_stopping_ends_what_runs_and_what_waits() -> None:
    with begun() as engine, ThreadPoolExecutor(2) as pool:
        models = bound(engine)
        running = pool.submit(models.encoder.encode, ["step"])
        assert not wait([running], 0.2).done
        waiting = pool.submit(models.encoder.encode, ["late"])
        wait([waiting], 0.05)
        engine.stop()
        assert isinstance(running.exception(PATIENCE), Draining)
        assert isinstance(waiting.exception(PATIENCE), Draining)


def test_signals_of_the_terminal_do_not_end_the_process() -> None:
    with begun() as engine:
        first = process_of(engine)
        os.kill(first, signal.SIGINT)
        os.kill(first, signal.SIGTERM)
        time.sleep(0.3)
        assert process_of(engine) == first
