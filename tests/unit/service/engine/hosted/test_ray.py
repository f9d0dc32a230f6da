"""What is of Ray alone: replicas that are killed, refuse work, or become more."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
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
        # One is at the replica, and one waits, unless it came when the first was on its way.
        assert until(lambda: sum(call.done() for call in calls) >= 2)
        token.stop()
        told = [call.exception(PATIENCE) for call in calls]
    refused = [error for error in told if isinstance(error, QueueFull)]
    assert len(refused) in {2, 3}
    assert {error.metadata["max_queued_requests"] for error in refused} == {"1"}
    assert sum(isinstance(error, Cancelled) for error in told) == 4 - len(refused)


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


def test_a_replica_for_which_no_machine_has_room_is_told_at_once_with_the_setting(
    shared_ray: Begun, caplog: pytest.LogCaptureFixture
) -> None:
    assert shared_ray.process()
    start = time.monotonic()
    with on_ray(name="wide", least=1, most=1, cores=999) as begun:
        assert begun.engine.state is State.FAILED
    assert time.monotonic() - start < PATIENCE / 4
    assert "threads is 999, so that a replica needs 999 CPUs of one machine" in caplog.text
    assert f"no machine of the cluster of Ray has more than {os.cpu_count()}" in caplog.text


def test_a_replica_for_which_there_is_no_room_left_is_told_with_what_is_free(
    shared_ray: Begun, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.engine import ray  # noqa: PLC0415  an extra, which need not be installed

    assert shared_ray.process()
    monkeypatch.setattr(ray, "PATIENCE_SECONDS", 5.0)
    with on_ray(name="first", least=1, most=1, cores=None) as first:
        assert first.process()
        with on_ray(name="second", least=1, most=1, cores=None) as second:
            assert second.engine.state is State.FAILED
    assert f"not loaded within 5 s; of {os.cpu_count()} CPUs of the cluster, 0 are free" in caplog.text


def test_that_fewer_replicas_have_room_than_are_asked_for_is_told_and_these_are_used(
    shared_ray: Begun, caplog: pytest.LogCaptureFixture
) -> None:
    assert shared_ray.process()
    cores = os.cpu_count() or 1
    with on_ray(name="crowd", least=9, most=9, cores=cores) as begun:
        assert begun.process()
    assert f"min_replicas is 9, and the cluster of Ray has room for 1 replicas of {cores} CPUs" in caplog.text


def test_what_differs_between_machines_is_told_to_every_replica_alike(shared_ray: Begun) -> None:
    import ray  # noqa: PLC0415  an extra, which need not be installed

    assert shared_ray.process()
    address = ray.get_runtime_context().gcs_address
    of_this = {"name": "unlike", "address": address, "least": 2, "most": 2, "cores": 1}
    with another_machine(address), on_ray(differs=isolated_models.tell, **of_this) as begun:
        assert until(lambda: len(processes(begun)) == 2)
        assert begun.engine.cards[0].id == "fast plain"


@contextmanager
def another_machine(address: str) -> Iterator[None]:
    """Add what stands for a machine of another kind to a cluster."""
    import ray  # noqa: PLC0415  an extra, which need not be installed
    from ray import _private  # noqa: PLC0415

    def alive() -> int:
        return sum(node["Alive"] for node in ray.nodes())

    folder = Path(_private.worker._global_node.get_session_dir_path()).parent
    path = os.pathsep.join(filter(None, sys.path))
    node = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.service.engine.hosted.adding", address, folder],
        env=os.environ | {"NEWSWEAVE_TEST_KIND": "fast", "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: alive() == 2)
        yield
    finally:
        node.communicate(timeout=PATIENCE)
        assert until(lambda: alive() == 1)


def test_a_cluster_that_is_silent_is_told_and_is_used_again_when_it_speaks(
    shared_ray: Begun, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.engine import ray  # noqa: PLC0415  an extra, which need not be installed

    monkeypatch.setattr(ray, "_SILENCE_SECONDS", 2.0)
    told = len(shared_ray.usable)
    (head,) = [one for one in psutil.Process().children(recursive=True) if one.name() == "gcs_server"]
    head.suspend()
    try:
        assert until(lambda: shared_ray.engine.state is State.RESTARTING)
        with pytest.raises(EngineRestarted):
            _ = shared_ray.engine.cards
    finally:
        head.resume()
    assert until(lambda: shared_ray.engine.state is State.READY)
    assert shared_ray.process()
    assert shared_ray.usable[told:] == [False, True]
    assert caplog.text.count("the cluster of Ray has been silent for 2 s") == 1


@pytest.mark.parametrize("lost", ["gcs_server", "raylet"])
def test_a_process_whose_cluster_is_lost_says_so_and_ends(lost: str) -> None:
    module = "tests.unit.service.engine.hosted.losing"
    path = os.pathsep.join(filter(None, sys.path))
    with TemporaryDirectory(prefix="nw-", ignore_cleanup_errors=True) as folder:
        run = subprocess.run(
            [sys.executable, "-m", module, lost],
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            env=os.environ | {"PYTHONPATH": path, "TMPDIR": folder},
            check=False,
        )
        usable, *left, unusable = run.stdout.split()
        for number in filter(psutil.pid_exists, map(int, left)):  # some would end a minute later
            os.kill(number, signal.SIGKILL)
    assert (usable, unusable) == ("usable", "unusable")
    assert (
        run.stderr.count("the cluster of Ray has been silent for 2 s: its head is lost, or this machine") == 1
    )
    assert run.stderr.count("the cluster of Ray has been silent for 4 s") == 1
    assert run.returncode == os.EX_UNAVAILABLE


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
