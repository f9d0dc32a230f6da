"""Hostile requests at a running server: no crash, no hang, no INTERNAL, nothing told, nothing kept."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench import server
from newsweave import Client
from newsweave import messages as pb
from tests.faults.endings import Ending
from tests.faults.figures import MEBIBYTE, Holdings
from tests.faults.hostile import CALLS, LONGEST, Sent
from tests.rpc.bad_input import ORDINARY
from tests.rpc.test_bad_input import weave

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.faults.conftest import Standing
    from tests.faults.figures import Figures

AT_ONCE, PORTION = 5, 500
BOUND = LONGEST + 5
# MiB, over five thousand requests.
GROWN = 100
REQUEST = pb.SummarizeRequest(
    articles=[pb.Article(id=str(index), text=text) for index, text in enumerate(ORDINARY)],
    options=pb.SummaryOptions(max_words=60),
)


@dataclass
class Attack:
    """Sends calls to a server over a few connections, and keeps how they ended."""

    address: str
    channel: grpc.Channel
    endings: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    @classmethod
    @contextmanager
    def on(cls, address: str) -> Iterator[Attack]:
        with grpc.insecure_channel(address, [("grpc.max_receive_message_length", -1)]) as channel:
            yield cls(address, channel)

    @property
    def count(self) -> int:
        return self.endings.total()

    def send(self, calls: Sequence[Sent]) -> None:
        """Send calls at once, and check how each of them ends."""
        begun = time.monotonic()
        for sent, call in [(sent, self._begin(sent)) for sent in calls]:
            ending = _ended(call, begun)
            self.endings[ending.name] += 1
            self.longest = max(self.longest, ending.seconds)
            faults = list(ending.faults())
            if ending.code is grpc.StatusCode.CANCELLED and not sent.leaves:
                faults.append("cancelled, and its caller has not left")
            if ending.seconds > BOUND:
                faults.append(f"took {ending.seconds:.1f} s")
            assert not faults

    def _begin(self, sent: Sent) -> grpc.CallIterator[bytes]:
        method = self.channel.stream_stream(sent.path, None, None)
        call = method(iter(sent.messages), timeout=sent.timeout, metadata=sent.metadata)
        if sent.leaves:
            call.cancel()  # type: ignore[no-untyped-call]  # as the stubs have it
        return call


def _ended(call: grpc.CallIterator[bytes], begun: float) -> Ending:
    try:
        for _ in call:
            pass
    except grpc.RpcError:
        pass
    trailers = tuple((key, value) for key, value in call.trailing_metadata() or ())
    return Ending(call.code(), call.details() or "", trailers, time.monotonic() - begun)


def answered(address: str) -> pb.Summary:
    """Return the summary of an ordinary request; what differs with each call is taken out."""
    with Client(address) as client:
        return client.summarize(REQUEST, timeout=LONGEST).summary


def is_healthy(address: str) -> bool:
    with grpc.insecure_channel(address) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def fuzz(attack: Attack, count: int) -> None:
    """Send so many hostile calls, in portions, since Hypothesis keeps all that it makes until it is done."""
    portion = min(count, PORTION)

    @settings(
        max_examples=portion // AT_ONCE,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(CALLS, min_size=AT_ONCE, max_size=AT_ONCE))
    def send(calls: list[Sent]) -> None:
        attack.send(calls)

    for _ in range(count // portion):
        send()


def test_some_hundred_hostile_requests_harm_nothing(standing: Standing, figures: Figures) -> None:
    with standing(weave) as address:
        before = answered(address)
        assert before.sentences
        with Attack.on(address) as attack:
            fuzz(attack, 300)
        assert is_healthy(address)
        assert answered(address) == before
    figures.note("hostile requests, with fakes for models", **_told(attack))
    assert attack.count >= 300


@pytest.mark.long
@pytest.mark.weights
def test_ten_thousand_hostile_requests_harm_nothing(figures: Figures) -> None:
    with server.running() as served:
        before, pid = answered(served.address), served.process.pid
        with Attack.on(served.address) as attack:
            held = list[int]()
            for portion in range(10_000 // PORTION):
                fuzz(attack, PORTION)
                held.append(Holdings.of(pid).resident)
                if portion == 0:
                    warm = Holdings.of(pid)
        assert is_healthy(served.address)
        assert answered(served.address) == before
        time.sleep(1)
        after = Holdings.of(pid)
        assert served.stop() == 0
    half, quarter = len(held) // 2, len(held) // 4
    # Large messages come and go, and the allocator keeps some of their room: what stays is the least of many.
    grown = (min(held[half:]) - min(held[quarter:half])) / MEBIBYTE
    figures.note(
        "hostile requests", **_told(attack), held_at_first=warm, held_after_all=after, MiB_grown=grown
    )
    assert attack.count >= 10_000
    # gRPC itself logs that it could not tell a caller which had left that there is no such method.
    told = [line for line in served.log if '"level": "error"' in line and '"logger": "service.' in line]
    assert not told
    assert grown < GROWN
    assert after.threads <= warm.threads + 2
    assert after.descriptors <= warm.descriptors + 5


def _told(attack: Attack) -> dict[str, object]:
    ends = {name.replace(" ", "_"): count for name, count in attack.endings.most_common()}
    return {"sent": attack.count, **ends, "longest_answer_in_seconds": attack.longest}
