"""The calls of the contract."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc

from newsweave.v1 import newsweave_pb2 as pb
from service.domain import Summary
from service.errors import Stopped, Unavailable
from service.rpc import convert, endpoint, status, validate
from service.rpc.convert import Converter
from service.rpc.option_rules import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from service.domain import Event, Job
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
    """

    engine: Engine
    summarize: Summarize
    settings: Settings
    identity: Identity
    workers: Workers

    async def summarize_cluster(self, request: pb.SummarizeRequest, call: Call) -> pb.SummarizeResponse:
        """Summarize one cluster of articles."""
        models = self.engine.bind(call.token.check, call.watch)
        job = validate.job(request.articles, request.options, self._settings(call))
        return pb.SummarizeResponse(summary=await self._summary(job, models, call))

    async def stream_summarize(
        self, request: pb.StreamSummarizeRequest, call: Call
    ) -> AsyncGenerator[pb.StreamSummarizeResponse, None]:
        """Do the same, and send each part as soon as it is final."""
        models = self.engine.bind(call.token.check, call.watch)
        job = validate.job(request.articles, request.options, self._settings(call))
        yield pb.StreamSummarizeResponse(started=pb.Started(request_id=call.request_id))
        converter = Converter(job)
        async with aclosing(self._events(job, models, call)) as events:
            async for event in events:
                yield converter.event(event)

    async def batch_summarize(
        self, request: pb.BatchSummarizeRequest, call: Call
    ) -> pb.BatchSummarizeResponse:
        """Summarize many clusters, one after another, so that a batch holds one worker only."""
        models = self.engine.bind(call.token.check, call.watch)
        validate.batch(request.items, self._settings(call))
        results = [await self._result(item, models, call) for item in request.items]
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

    async def _result(
        self, item: pb.BatchSummarizeItem, models: Models, call: Call
    ) -> pb.BatchSummarizeResult:
        """Return the outcome of one item; only what ends the whole call comes out as an error."""
        try:
            job = validate.job(item.articles, item.options, self._settings(call))
            return pb.BatchSummarizeResult(id=item.id, summary=await self._summary(job, models, call))
        except (Stopped, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001  one bad item never spoils another
            call.watch.refused(status.outcome(error).reason)
            return pb.BatchSummarizeResult(id=item.id, error=status.explain(error, call.request_id))

    async def _summary(self, job: Job, models: Models, call: Call) -> pb.Summary:
        async with aclosing(self._events(job, models, call)) as events:
            (summary,) = [event async for event in events if isinstance(event, Summary)]
        return Converter(job).summary(summary)

    def _events(self, job: Job, models: Models, call: Call) -> AsyncGenerator[Event, None]:
        return self.workers.run(lambda: _completed(self.summarize(job, models), call.watch), call.token)


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
