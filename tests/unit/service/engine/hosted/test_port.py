"""What every engine does whose models are in other processes, wherever these are."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.engine.isolated import UseFailedError
from service.engine.local import State
from service.engine.token import Token
from service.errors import Cancelled, DeadlineExceeded, EngineRestarted
from service.ports import DraftRequest
from tests.unit.service.engine.hosted.engines import PATIENCE, until
from tests.unit.service.engine.isolated_models import PRIVATE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.service.engine.hosted.engines import Begun

# More than there are replicas.
MANY = 4


def test_models_work_elsewhere_as_they_do_here(hosted: Begun) -> None:
    assert [card.id for card in hosted.engine.cards] == [
        "obedient-encoder",
        "obedient-drafter",
        "obedient-verifier",
    ]
    models = hosted.bound()
    vectors = models.encoder.encode(["one", "three"])
    assert hosted.batches[-1] == ("encoder", 2, 8, 100, 0)
    assert vectors[:, 0].tolist() == [3, 5]
    assert vectors[0, 1] not in {0, os.getpid()}
    assert models.drafter.draft([DraftRequest(("s", "t"), 5)]) == ["s"]
    assert models.verifier
    assert (models.verifier.name, models.verifier.threshold) == ("obedient-verifier", 0.75)
    assert models.verifier.judge([("a", "b")]).tolist() == np.full((1, 3), 1 / 3, np.float32).tolist()


def test_vectors_are_the_callers_own_however_many_there_are(hosted: Begun) -> None:
    vectors = hosted.bound().encoder.encode(["x" * 40] * 20_000)
    assert set(vectors[:, 0].tolist()) == {40}
    vectors[0, 0] = 1


def test_a_caller_that_leaves_stops_the_work_and_the_next_ones_have_their_turns(hosted: Begun) -> None:
    with ThreadPoolExecutor(2 * MANY) as pool:
        tokens = [Token(PATIENCE) for _ in range(MANY)]
        calls = [pool.submit(hosted.bound(token).encoder.encode, ["step"]) for token in tokens]
        assert not wait(calls, 0.5).done
        for token in tokens:
            token.stop()
        left = time.monotonic()
        assert all(isinstance(call.exception(PATIENCE), Cancelled) for call in calls)
        others = [pool.submit(hosted.process) for _ in range(MANY)]
        assert all(other.result(PATIENCE) for other in others)
        assert time.monotonic() - left < 5


def test_work_ends_at_the_deadline_of_its_caller(hosted: Begun) -> None:
    with pytest.raises(DeadlineExceeded):
        hosted.bound(Token(0.5)).encoder.encode(["step"])
    assert hosted.process()


def test_a_fault_of_a_model_is_told_to_its_caller_alone(
    hosted: Begun, caplog: pytest.LogCaptureFixture
) -> None:
    restarts = hosted.engine.figures.restarts
    with pytest.raises(UseFailedError) as told:
        hosted.bound().encoder.encode(["fail"])
    assert "ZeroDivisionError" in caplog.text
    assert "isolated_models.py" in caplog.text
    assert PRIVATE not in caplog.text + str(told.value)
    assert hosted.process()
    assert hosted.engine.figures.restarts == restarts


def test_a_use_in_whose_middle_the_process_dies_by_accident_is_answered(
    hosted: Begun, tmp_path: Path
) -> None:
    text = f"die once {tmp_path / 'marker'}"
    assert hosted.bound().encoder.encode([text])[0, 0] == len(text)
    assert (tmp_path / "marker").exists()


@pytest.mark.parametrize("deed", ["die", "spin", "freeze"])
def test_a_process_that_dies_or_hangs_is_replaced_and_its_use_is_told_after_a_second_try(
    hosted: Begun, deed: str
) -> None:
    with ThreadPoolExecutor(MANY) as pool:
        guilty = pool.submit(hosted.bound().encoder.encode, [deed])
        error = guilty.exception(PATIENCE)
        assert isinstance(error, EngineRestarted)
        assert error.retry_after > 0
        assert until(lambda: hosted.engine.state is State.READY)
        others = [pool.submit(hosted.bound().encoder.encode, ["x" * size]) for size in (1, 2, 3)]
        assert [other.result(PATIENCE)[0, 0] for other in others] == [1, 2, 3]
