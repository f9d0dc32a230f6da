"""What is of Ray alone: replicas that are killed, refuse work, or become more."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import psutil
import pytest

from service.engine.local import State
from service.engine.token import Token
from service.errors import Cancelled, Draining, EngineRestarted, ModelNotReady, QueueFull
from service.ports import DraftRequest
from tests.unit.service.engine import isolated_models
from tests.unit.service.engine.hosted.engines import PATIENCE, SIGNALS, on_ray, until
from tests.unit.service.engine.isolated_models import PRIVATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.service.engine.hosted.engines import Begun

pytestmark = pytest.mark.ray
CALLERS = 6


@pytest.fixture(autouse=True)
def _all_replicas(shared_ray: Begun) -> Iterator[None]:
    """Begin each test with both replicas, and leave no application behind."""
    from ray import serve  # noqa: PLC0415  an extra, which need not be installed

    assert until(lambda: len(processes(shared_ray)) == 2)
    yield
    for name in serve.status().applications:
        if name != "shared":
            serve.delete(name)


def processes(begun: Begun) -> set[int]:
    """Return the processes that answered a number of uses; work is shared among all of them."""
    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda _: begun.process(), range(24)))


def test_replicas_without_a_drafter_do_the_rest(shared_ray: Begun) -> None:
    assert shared_ray.process()
    with on_ray(isolated_models.load_without_a_drafter, name="undrafted", least=1, most=1) as begun:
        assert [card.id for card in begun.engine.cards] == ["obedient-encoder"]
        models = begun.bound()
        assert models.verifier is None
        assert models.encoder.encode(["four"])[0, 0] == 4
        with pytest.raises(RuntimeError, match="no drafter"):
            models.drafter.draft([DraftRequest(("s",), 5)])


def test_two_replicas_of_which_one_is_killed_under_load_answer_every_use(shared_ray: Begun) -> None:
    victim, answered, told = min(processes(shared_ray)), [], []

    def call(size: int) -> None:
        for _ in range(40):
            try:
                answered.append((size, shared_ray.bound().encoder.encode(["x" * size])[0, 0]))
            except EngineRestarted as error:
                told.append(error)

    with ThreadPoolExecutor(CALLERS) as pool:
        calls = [pool.submit(call, size) for size in range(1, CALLERS + 1)]
        assert until(lambda: len(answered) > 20)
        os.kill(victim, signal.SIGKILL)
        assert not [call.exception(PATIENCE) for call in calls if call.exception(PATIENCE)]
    assert len(answered) + len(told) == CALLERS * 40
    assert [got for size, got in answered if got != size] == []
    assert shared_ray.engine.state is State.READY


def test_a_use_that_was_at_a_replica_that_is_killed_is_answered_by_another(
    shared_ray: Begun, tmp_path: Path
) -> None:
    before = processes(shared_ray)
    text = f"die once {tmp_path / 'marker'}"
    length, process = shared_ray.bound().encoder.encode([text])[0]
    assert length == len(text)
    assert process in before


def test_that_no_replica_is_left_is_told_and_what_waits_is_answered(shared_ray: Begun) -> None:
    told = len(shared_ray.usable)
    with ThreadPoolExecutor(1) as pool:
        for process in processes(shared_ray):
            os.kill(process, signal.SIGKILL)
        late = pool.submit(shared_ray.bound().encoder.encode, ["late"])
        assert until(lambda: shared_ray.engine.state is State.RESTARTING)
        with pytest.raises(EngineRestarted):
            _ = shared_ray.engine.cards
        try:
            assert late.result(PATIENCE)[0, 0] == 4
        except EngineRestarted:  # it met both at their ends
            assert shared_ray.bound().encoder.encode(["late"])[0, 0] == 4
    assert until(lambda: shared_ray.engine.state is State.READY)
    assert shared_ray.usable[told:] == [False, True]


def test_a_server_that_joins_the_cluster_shares_the_replicas_and_leaves_them(shared_ray: Begun) -> None:
    import ray  # noqa: PLC0415  an extra, which need not be installed

    before = processes(shared_ray)
    address = ray.get_runtime_context().gcs_address
    module = "tests.unit.service.engine.hosted.joining"
    other = subprocess.run(
        [sys.executable, "-m", module, address, "shared"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert other.returncode == 0, other.stderr
    assert int(other.stdout.split()[-1]) in before
    assert processes(shared_ray) == before


def test_more_than_may_wait_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from service.engine import ray  # noqa: PLC0415  an extra, which need not be installed

    monkeypatch.setattr(ray, "_USES_A_REPLICA", 1)
    with on_ray(name="narrow", least=1, most=1, max_queued=1) as begun, ThreadPoolExecutor(4) as pool:
        token = Token(PATIENCE)
        calls = [pool.submit(begun.bound(token).encoder.encode, ["step"]) for _ in range(4)]
        assert until(lambda: sum(call.done() for call in calls) == 2)
        refused = [call.exception() for call in calls if call.done()]
        token.stop()
        others = [call.exception(PATIENCE) for call in calls]
    assert all(isinstance(error, QueueFull) for error in refused)
    assert {error.metadata["max_queued_requests"] for error in refused if isinstance(error, QueueFull)} == {
        "1"
    }
    assert sum(isinstance(error, Cancelled) for error in others) == 2


def test_there_are_more_replicas_while_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from service.engine import ray  # noqa: PLC0415  an extra, which need not be installed

    monkeypatch.setattr(ray, "_MORE_AFTER_SECONDS", 0.0)
    with on_ray(name="wide", least=1, most=2, max_tokens=10) as begun, ThreadPoolExecutor(8) as pool:
        assert len(processes(begun)) == 1
        token = Token(PATIENCE)
        calls = [pool.submit(begun.bound(token).encoder.encode, ["step", "x" * 400]) for _ in range(3)]
        assert until(lambda: _running("wide") == 2)
        token.stop()
        wait(calls, PATIENCE)


def _running(name: str) -> int:
    from ray import serve  # noqa: PLC0415  an extra, which need not be installed

    return int(serve.status().applications[name].deployments["models"].replica_states.get("RUNNING", 0))


def test_models_that_cannot_be_loaded_are_told_with_the_reason_for_the_operator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with on_ray(isolated_models.load_nothing, name="nothing", least=1, most=1) as begun:
        assert begun.engine.state is State.FAILED
        with pytest.raises(ModelNotReady) as told:
            _ = begun.engine.cards
    assert "/there" not in str(told.value)
    assert "no file /there/weights" in caplog.text


def test_stopping_ends_what_runs_and_what_waits(shared_ray: Begun) -> None:
    with on_ray(name="shared") as begun, ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(begun.bound().encoder.encode, ["step"]) for _ in range(3)]
        assert not wait(calls, 0.3).done
        begun.engine.stop()
        assert all(isinstance(call.exception(PATIENCE), Draining) for call in calls)
    # The replicas were those of the other, and go on.
    assert shared_ray.process()


def test_only_a_port_of_each_replica_that_asks_for_the_token_is_reached_from_elsewhere(
    shared_ray: Begun,
) -> None:
    assert shared_ray.process()
    listening = {
        (process.name(), connection.laddr)
        for process in (psutil.Process(), *psutil.Process().children(recursive=True))
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    public = [where for where in listening if not where[1].ip.removeprefix("::ffff:").startswith("127.")]
    assert len(listening) > len(public)
    assert {name.partition(":shared")[0] for name, _ in public} <= {"ray::ServeRepli", "ray::ServeReplica"}
    for _, where in public:
        with grpc.insecure_channel(f"127.0.0.1:{where.port}") as channel:
            call = channel.unary_unary("/ray.serve.ASGIService/HandleRequest", bytes, bytes)
            with pytest.raises(grpc.RpcError) as told:
                call(b"", timeout=5)
        assert told.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_nothing_is_told_to_the_makers_of_ray(shared_ray: Begun) -> None:
    assert shared_ray.process()
    # Those that gave themselves another name have nothing there that could be read.
    variables = [process.environ() for process in psutil.Process().children(recursive=True)]
    assert {found["RAY_USAGE_STATS_ENABLED"] for found in variables if found} == {"0"}


def test_a_server_that_is_told_to_end_decides_itself_when(
    shared_ray: Begun, capfd: pytest.CaptureFixture[str]
) -> None:
    assert shared_ray.process()
    os.kill(os.getpid(), signal.SIGTERM)
    assert until(lambda: SIGNALS == [signal.SIGTERM])
    assert signal.alarm(0) == 0
    assert "SIGTERM" not in "".join(capfd.readouterr())


def test_the_log_is_as_it_was(shared_ray: Begun, caplog: pytest.LogCaptureFixture) -> None:
    assert shared_ray.process()
    logging.getLogger("anybody").warning("a line")
    assert not [name for name in vars(caplog.records[-1]) if "ray" in name]
    assert not logging.getLogger("ray").handlers + logging.getLogger("ray.serve").handlers


def test_no_file_of_ray_holds_text_of_an_article(shared_ray: Begun) -> None:
    from ray import _private  # noqa: PLC0415  an extra, which need not be installed

    text = "a text that nobody else has"
    for _ in range(3):
        shared_ray.bound().encoder.encode([text, "shout"])
        with pytest.raises(Exception, match="ZeroDivisionError"):
            shared_ray.bound().encoder.encode([text, "fail"])
    with pytest.raises(EngineRestarted):
        shared_ray.bound().encoder.encode([text, "die"])
    folder = Path(_private.worker._global_node.get_session_dir_path())
    files = [path for path in folder.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    assert b"a line of a library" in written
    assert text.encode() not in written
    assert PRIVATE.encode() not in written
