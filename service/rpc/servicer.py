"""The calls of the contract."""

from __future__ import annotations

import time
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc

from newsweave.v1 import newsweave_pb2 as pb
from service.domain import Job, Summary
from service.engine import backlog
from service.engine.admission import effort
from service.errors import Stopped, Unavailable
from service.rpc import convert, endpoint, status, validate
from service.rpc.convert import Converter
from service.rpc.option_rules import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from service.domain import Event
    from service.engine.admission import Admission, Place
    from service.engine.forecast import Need
    from service.engine.worker import Workers
    from service.ports import Engine, Models
    from service.rpc.call import Call
    from service.rpc.endpoint import Door
    from service.settings import Settings
    from service.watch import CallWatch

    Summarize = Callable[[Job, Models], Iterator[Event]]

SERVICE = endpoint.SERVICE


@dataclass(frozen=True, slots=True)
class Identity:
    """What the server says about itself.

    Attributes:
        version: The version of the service.
        checker: The name of the method that decides whether a sentence is supported.
        threshold: The least score that counts as support, from -1 to 1.
    """

    version: str
    checker: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Servicer:
    """Answers the calls of the contract; errors of the tree come out, and become a status elsewhere.

    Until the models are loaded, every call is refused with ModelNotReady, GetServerInfo as well: half
    an answer about the models would be taken for a whole one.

    Attributes:
        engine: Holds the models.
        summarize: The pipeline, with everything bound but the job and the models.
        settings: Where the limits stand.
        identity: What the server says about itself.
        workers: The threads on which the pipeline runs.
        admission: Decides which requests are begun at all.
    """

    engine: Engine
    summarize: Summarize
    settings: Settings
    identity: Identity
    workers: Workers
    admission: Admission

    async def summarize_cluster(self, request: pb.SummarizeRequest, call: Call) -> pb.SummarizeResponse:
        """Summarize one cluster of articles."""
        with self._admitted(request, call) as turn:
            return pb.SummarizeResponse(summary=await self._summary(turn))

    async def stream_summarize(
        self, request: pb.StreamSummarizeRequest, call: Call
    ) -> AsyncGenerator[pb.StreamSummarizeResponse, None]:
        """Do the same, and send each part as soon as it is final."""
        with self._admitted(request, call) as turn:
            yield pb.StreamSummarizeResponse(started=pb.Started(request_id=call.request_id))
            converter = Converter(turn.job)
            async with aclosing(self._events(turn)) as events:
                async for event in events:
                    yield converter.event(event)

    async def batch_summarize(
        self, request: pb.BatchSummarizeRequest, call: Call
    ) -> pb.BatchSummarizeResponse:
        """Summarize many clusters, one after another, so that a batch holds one worker only."""
        self._require_models()
        validate.batch(request.items, self._settings(call))
        jobs = [self._checked(item, call) for item in request.items]
        efforts = [effort(job) for job in jobs if isinstance(job, Job)]
        with self.admission.admit(call.token.deadline, efforts or [1]) as place:
            needs = iter(list(place.needs))
            turns = [_Turn(job, call, place, next(needs)) if isinstance(job, Job) else job for job in jobs]
            results = [
                await self._result(item.id, turn, call)
                for item, turn in zip(request.items, turns, strict=True)
            ]
        return pb.BatchSummarizeResponse(results=results)

    async def get_server_info(self, _: pb.GetServerInfoRequest, call: Call) -> pb.GetServerInfoResponse:
        """Tell the limits of the caller, languages, models and the checker."""
        return pb.GetServerInfoResponse(
            version=self.identity.version,
            limits=convert.limits(self._settings(call)),
            languages=LANGUAGES,
            models=convert.models(self.engine.cards),
            checker=pb.Checker(name=self.identity.checker, threshold=self.identity.threshold),
        )

    def _settings(self, call: Call) -> Settings:
        """Return the settings, with the limits that the caller has of its own."""
        return call.caller.limits.on(self.settings)

    def _require_models(self) -> None:
        """Raise ModelNotReady until the models are loaded."""
        _ = self.engine.cards

    @contextmanager
    def _admitted(
        self, request: pb.SummarizeRequest | pb.StreamSummarizeRequest, call: Call
    ) -> Iterator[_Turn]:
        """Give a request of one cluster its place."""
        self._require_models()
        job = validate.job(request.articles, request.options, self._settings(call))
        with self.admission.admit(call.token.deadline, [effort(job)]) as place:
            yield _Turn(job, call, place, *place.needs)

    def _checked(self, item: pb.BatchSummarizeItem, call: Call) -> Job | Exception:
        """Return the job of an item, or what is wrong with it."""
        try:
            return validate.job(item.articles, item.options, self._settings(call))
        except Exception as error:  # noqa: BLE001  one bad item never spoils another
            return error

    async def _result(self, item_id: str, turn: _Turn | Exception, call: Call) -> pb.BatchSummarizeResult:
        """Return the outcome of one item; only what ends the whole call comes out as an error."""
        if isinstance(turn, Exception):
            return _failed(item_id, turn, call)
        try:
            return pb.BatchSummarizeResult(id=item_id, summary=await self._summary(turn))
        except (Stopped, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001  one bad item never spoils another
            return _failed(item_id, error, call)

    async def _summary(self, turn: _Turn) -> pb.Summary:
        async with aclosing(self._events(turn)) as events:
            (summary,) = [event async for event in events if isinstance(event, Summary)]
        return Converter(turn.job).summary(summary)

    def _events(self, turn: _Turn) -> AsyncGenerator[Event, None]:
        call, rank = turn.call, turn.rank()
        models = self.engine.bind(call.token.check, call.watch, rank)

        def generate() -> Iterator[Event]:
            with turn.place.working(turn.need):
                yield from _completed(self.summarize(turn.job, models), call.watch)

        return self.workers.run(generate, call.token, rank)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One cluster that was accepted, with what it needs of the place of its call."""

    job: Job
    call: Call
    place: Place
    need: Need

    def rank(self) -> float:
        """Return its rank from now on: an item of a batch begins to wait when the one before it is done."""
        return backlog.rank(self.need.rank, time.monotonic())


def _failed(item_id: str, error: Exception, call: Call) -> pb.BatchSummarizeResult:
    call.watch.refused(status.outcome(error).reason)
    return pb.BatchSummarizeResult(id=item_id, error=status.explain(error, call.request_id))


def _completed(events: Iterator[Event], watch: CallWatch) -> Iterator[Event]:
    """Pass events on, and see to it that exactly one summary comes, as the last of them."""
    ended = False
    for event in events:
        if ended:
            message = "the pipeline went on after its summary"
            raise RuntimeError(message)
        if isinstance(event, Summary):
            ended = True
            watch.summarized(event)
        yield event
    if not ended:
        message = "the pipeline ended without a summary"
        raise RuntimeError(message)


def handlers(servicer: Servicer, door: Door) -> grpc.GenericRpcHandler[bytes, bytes]:
    """Return what gRPC needs to find the calls."""
    unary, stream = endpoint.unary, endpoint.stream
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            "Summarize": unary(door, "Summarize", pb.SummarizeRequest, servicer.summarize_cluster),
            "StreamSummarize": stream(
                door, "StreamSummarize", pb.StreamSummarizeRequest, servicer.stream_summarize
            ),
            "BatchSummarize": unary(
                door, "BatchSummarize", pb.BatchSummarizeRequest, servicer.batch_summarize
            ),
            "GetServerInfo": unary(door, "GetServerInfo", pb.GetServerInfoRequest, servicer.get_server_info),
        },
    )
