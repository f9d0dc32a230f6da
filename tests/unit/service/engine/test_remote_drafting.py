from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.domain import ModelCard
from service.engine.local import LocalEngine
from service.engine.remote_drafting import RemoteDrafting
from service.engine.token import Token
from service.errors import Cancelled, Draining, ModelNotReady, NotCopied, NotWritten
from service.ports import DraftRequest, LoadedModels, Urgency, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Vectors
    from service.ports import Check

PATIENCE = 10.0
ENCODER = ModelCard("encoder", "fake", "MIT", "1" * 64)
REQUEST = DraftRequest(("A fire.",), 20)


def card(name: str) -> ModelCard:
    return ModelCard("drafter", name, "NOASSERTION", "")


class Encoder:
    card = ENCODER

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        check()
        return np.ones((len(texts), 2), dtype=np.float32)


@dataclass
class Elsewhere:
    """Writes as one writer after another, and keeps how long each draft may take."""

    writers: list[str] = field(default_factory=lambda: ["big"])
    seconds: list[float] = field(default_factory=list)
    fault: Exception | None = None
    closed: bool = False

    @property
    def card(self) -> ModelCard:
        return card(self.writers[0])

    def draft(self, requests: Sequence[DraftRequest], check: Check, seconds: float) -> list[Written]:
        check()
        self.seconds.append(seconds)
        if self.fault:
            raise self.fault
        written = [Written(request.sources[0], self.card) for request in requests]
        if len(self.writers) > 1:
            del self.writers[0]
        return written

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def engine(elsewhere: Elsewhere) -> Iterator[RemoteDrafting]:
    engine = RemoteDrafting(LocalEngine(lambda _: LoadedModels(Encoder(), None)), elsewhere)
    told: list[bool] = []
    engine.start(told.append).result(PATIENCE)
    assert told == [True]
    try:
        yield engine
    finally:
        engine.stop()
        assert elsewhere.closed


def test_drafts_are_written_elsewhere_and_vectors_are_made_here(engine: RemoteDrafting) -> None:
    models = engine.bind(Token().check)
    assert models.encoder.encode(["a"]).shape == (1, 2)
    assert models.drafter.draft([REQUEST, REQUEST]) == ["A fire.", "A fire."]
    assert engine.figures.queued_items == 0


def test_the_engine_names_the_writer_and_loads_without_asking_it(
    engine: RemoteDrafting, elsewhere: Elsewhere
) -> None:
    assert engine.cards == (ENCODER, card("big"))
    assert elsewhere.seconds == []
    assert engine.bind(Token().check).cards == (ENCODER,)


def test_a_request_names_all_that_wrote_for_it(engine: RemoteDrafting, elsewhere: Elsewhere) -> None:
    elsewhere.writers = ["one", "two", "three"]
    models = engine.bind(Token().check)
    assert models.writers
    assert models.writers() == (card("one"),)
    models.drafter.draft([REQUEST])
    models.drafter.draft([REQUEST])
    assert models.writers() == (card("one"), card("two"))
    others = engine.bind(Token().check).writers
    assert others
    assert others() == (card("three"),)


def test_a_writer_whose_draft_is_refused_is_named_as_well(
    engine: RemoteDrafting, elsewhere: Elsewhere
) -> None:
    models = engine.bind(Token().check)
    elsewhere.fault = NotCopied("A flood.", ("A",), "its writer")
    elsewhere.writers = ["another, which wrote for somebody else"]
    with pytest.raises(NotCopied):
        models.drafter.draft([REQUEST])
    assert models.writers
    assert models.writers() == (card("its writer"),)


@pytest.mark.parametrize(("deadline", "due"), [(80.0, 8.0), (8.0, math.inf)])
def test_drafts_of_a_request_take_half_of_its_time_together(
    engine: RemoteDrafting, elsewhere: Elsewhere, deadline: float, due: float
) -> None:
    now = time.monotonic()
    models = engine.bind(Token(deadline).check, urgency=Urgency(deadline=now + deadline, due=now + due))
    models.drafter.draft([REQUEST])
    time.sleep(0.2)
    models.drafter.draft([REQUEST])
    first, second = elsewhere.seconds
    assert 3.5 < first <= 4.0
    assert second <= first - 0.2


def test_models_that_wait_elsewhere_are_told_for_whom_as_well(elsewhere: Elsewhere) -> None:
    urgencies: list[Urgency] = []

    def urged(urgency: Urgency) -> LoadedModels:
        urgencies.append(urgency)
        return models

    models = LoadedModels(Encoder(), None, urged=urged)
    engine = RemoteDrafting(LocalEngine(lambda _: models), elsewhere)
    engine.start().result(PATIENCE)
    try:
        asked = Urgency(3.0, time.monotonic() + 9.0, time.monotonic() + 8.0)
        bound = engine.bind(Token().check, urgency=asked)
        bound.encoder.encode(["a"])
        bound.drafter.draft([REQUEST])
    finally:
        engine.stop()
    assert urgencies == [asked]
    assert 3.0 < elsewhere.seconds[0] <= 4.0


def test_without_a_deadline_they_have_all_the_time(engine: RemoteDrafting, elsewhere: Elsewhere) -> None:
    engine.bind(Token().check).drafter.draft([REQUEST])
    assert elsewhere.seconds == [math.inf]


def test_nobody_asks_for_one_who_has_left(engine: RemoteDrafting, elsewhere: Elsewhere) -> None:
    token = Token()
    models = engine.bind(token.check)
    token.stop()
    with pytest.raises(Cancelled):
        models.drafter.draft([REQUEST])
    assert elsewhere.seconds == []


def test_when_the_engine_is_stopped_drafts_are_refused(elsewhere: Elsewhere) -> None:
    engine = RemoteDrafting(LocalEngine(lambda _: LoadedModels(Encoder(), None)), elsewhere)
    with pytest.raises(ModelNotReady):
        engine.bind(Token().check)
    engine.start().result(PATIENCE)
    models = engine.bind(Token().check)
    engine.stop()
    with pytest.raises(Draining):
        models.drafter.draft([REQUEST])
    assert elsewhere.closed


def test_a_failure_goes_to_whoever_asked(engine: RemoteDrafting, elsewhere: Elsewhere) -> None:
    elsewhere.fault = NotWritten("it is down")
    with pytest.raises(NotWritten, match="it is down"):
        engine.bind(Token().check).drafter.draft([REQUEST])


def test_models_without_a_drafter_say_so() -> None:
    engine = LocalEngine(lambda _: LoadedModels(Encoder(), None))
    engine.start().result(PATIENCE)
    try:
        assert engine.cards == (ENCODER,)
        with pytest.raises(RuntimeError, match="no drafter"):
            engine.bind(Token().check).drafter.draft([REQUEST])
    finally:
        engine.stop()
