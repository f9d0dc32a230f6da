"""The calls of the contract."""

from __future__ import annotations

import time
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import grpc

from newsweave.v1 import newsweave_pb2 as pb
from service.digest import find_stories
from service.domain import Drafting, Job, Summary
from service.engine import backlog
from service.engine.admission import effort, grouping_effort
from service.errors import EngineRestarted, Stopped, Unavailable
from service.ports import Urgency
from service.rpc import convert, digests, endpoint, status, validate
from service.rpc.convert import Converter
from service.rpc.option_rules import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from google.rpc import status_pb2

    from service.domain import Event, Grouping, Pile
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
T = TypeVar("T")


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
        with self._admitted(request, call) as (job, turn):
            return pb.SummarizeResponse(summary=await self._summary(job, turn))

    async def stream_summarize(
        self, request: pb.StreamSummarizeRequest, call: Call
    ) -> AsyncGenerator[pb.StreamSummarizeResponse, None]:
        """Do the same, and send each part as soon as it is final."""
        with self._admitted(request, call) as (job, turn):
            yield pb.StreamSummarizeResponse(started=pb.Started(request_id=call.request_id))
            converter = Converter(job)
            async with aclosing(self._events(job, turn)) as events:
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
            results = [
                await self._result(item.id, job, _Turn(call, place, next(needs)))
                if isinstance(job, Job)
                else pb.BatchSummarizeResult(id=item.id, error=_told(job, call))
                for item, job in zip(request.items, jobs, strict=True)
            ]
        return pb.BatchSummarizeResponse(results=results)

    async def generate_digest(
        self, request: pb.GenerateDigestRequest, call: Call
    ) -> AsyncGenerator[pb.GenerateDigestResponse, None]:
        """Find the stories of a pile, and send each with its summary; they are worked on as those of a batch.

        A call that has not even the time to read everything is refused before it is begun; what the stories
        cost is known, and asked for, when they are found.
        """
        self._require_models()
        pile = validate.pile(request, self._settings(call))
        unwritten = replace(pile.options, drafting=Drafting.EXTRACTIVE)
        least = [grouping_effort(pile.articles), effort(Job(pile.articles, unwritten))]
        with self.admission.admit(call.token.deadline, least) as place:
            yield pb.GenerateDigestResponse(started=pb.Started(request_id=call.request_id))
            grouping = await self._grouping(pile, _Turn(call, place, place.needs[0]))
        yield pb.GenerateDigestResponse(grouped=digests.grouped(pile, grouping))
        failed: list[int] = []
        async with aclosing(self._stories(pile, grouping, call)) as stories:
            async for story in stories:
                failed += [story.id] if story.HasField("error") else []
                yield pb.GenerateDigestResponse(story=story)
        yield pb.GenerateDigestResponse(completed=digests.completed(pile, grouping, failed))

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
    ) -> Iterator[tuple[Job, _Turn]]:
        """Give a request of one cluster its place."""
        self._require_models()
        job = validate.job(request.articles, request.options, self._settings(call))
        with self.admission.admit(call.token.deadline, [effort(job)]) as place:
            yield job, _Turn(call, place, *place.needs)

    def _checked(self, item: pb.BatchSummarizeItem, call: Call) -> Job | Exception:
        """Return the job of an item, or what is wrong with it."""
        try:
            return validate.job(item.articles, item.options, self._settings(call))
        except Exception as error:  # noqa: BLE001  one bad item never spoils another
            return error

    async def _result(self, item_id: str, job: Job, turn: _Turn) -> pb.BatchSummarizeResult:
        """Return the outcome of one item; only what ends the whole call comes out as an error."""
        try:
            return pb.BatchSummarizeResult(id=item_id, summary=await self._summary(job, turn))
        except EngineRestarted as error:  # it may be the cause
            return pb.BatchSummarizeResult(id=item_id, error=_told(error, turn.call))
        except (Stopped, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001  one bad item never spoils another
            return pb.BatchSummarizeResult(id=item_id, error=_told(error, turn.call))

    async def _grouping(self, pile: Pile, turn: _Turn) -> Grouping:
        def found(models: Models) -> Iterator[Grouping]:
            yield find_stories(pile, models, self.settings)

        async with aclosing(self._work(found, turn)) as groupings:
            (grouping,) = [grouping async for grouping in groupings]
        return grouping

    async def _stories(self, pile: Pile, grouping: Grouping, call: Call) -> AsyncGenerator[pb.Story, None]:
        """Yield each story with what came of it; only what ends the whole call comes out as an error."""
        jobs = pile.jobs(grouping)
        if not jobs:
            return
        with self.admission.admit(call.token.deadline, [effort(job) for job in jobs]) as place:
            for number, (job, need) in enumerate(zip(jobs, list(place.needs), strict=True), start=1):
                try:
                    summary = await self._summary(job, _Turn(call, place, need))
                    told = digests.story(number, job, summary)
                except EngineRestarted as error:  # it may be the cause
                    told = digests.failed_story(number, job, _told(error, call))
                except (Stopped, Unavailable):
                    raise
                except Exception as error:  # noqa: BLE001  one bad story never spoils another
                    told = digests.failed_story(number, job, _told(error, call))
                yield told

    async def _summary(self, job: Job, turn: _Turn) -> pb.Summary:
        async with aclosing(self._events(job, turn)) as events:
            (summary,) = [event async for event in events if isinstance(event, Summary)]
        return Converter(job).summary(summary)

    def _events(self, job: Job, turn: _Turn) -> AsyncGenerator[Event, None]:
        return self._work(lambda models: _completed(self.summarize(job, models), turn.call.watch), turn)

    def _work(self, generate: Callable[[Models], Iterator[T]], turn: _Turn) -> AsyncGenerator[T, None]:
        """Run a generator on a worker, with the models as this call may use them."""
        call, rank = turn.call, turn.rank()
        urgency = Urgency(rank, call.token.deadline, turn.due())
        models = self.engine.bind(call.token.check, call.watch, urgency)

        def working() -> Iterator[T]:
            with turn.place.working(turn.need):
                yield from generate(models)

        return self.workers.run(working, call.token, rank)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Work on one cluster or pile that was accepted, with what it needs of the place of its call."""

    call: Call
    place: Place
    need: Need

    def rank(self) -> float:
        """Return its rank from now on: an item of a batch begins to wait when the one before it is done."""
        return backlog.rank(self.need.rank, time.monotonic())

    def due(self) -> float:
        """Return by when it is to be done: what is still to come shares what the call still has."""
        now = time.monotonic()
        share = self.need.tokens / sum(need.tokens for need in self.place.needs)
        return now + share * (self.call.token.deadline - now)


def _told(error: Exception, call: Call) -> status_pb2.Status:
    """Return the status of one item of a call, and count it."""
    call.watch.refused(status.outcome(error).reason)
    return status.explain(error, call.request_id)


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
            "GenerateDigest": stream(
                door, "GenerateDigest", pb.GenerateDigestRequest, servicer.generate_digest
            ),
            "GetServerInfo": unary(door, "GetServerInfo", pb.GetServerInfoRequest, servicer.get_server_info),
        },
    )
