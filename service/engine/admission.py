"""Which calls are accepted: those that will be answered in time, as far as can be foreseen."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.domain import Drafting
from service.engine.backlog import tokens_of
from service.engine.forecast import lateness, needs
from service.engine.speed import Speed
from service.errors import DeadlineUnattainable, QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from service.domain import Article, Job
    from service.engine.forecast import Need

# What every job costs, however little it reads: about 0.07 s, in which a thousand tokens a second are read.
_OVERHEAD_TOKENS = 100
# What a model writes costs about twenty times what it reads, and a word of English has 4/3 tokens.
_WRITTEN_TOKENS, _TOKENS_A_WORD = 20, 4 / 3
# About a fourth of a page of news is text; the rest is markup, which no model reads.
_HTML_TOKENS_A_TEXT_TOKEN = 4
# About three sentences and a title; and how many tokens are cleaned in the time in which one is embedded.
_OPENING_CHARACTERS, _CLEANED_TOKENS_A_TOKEN = 600, 20
# The rest is for calls that come while a batch is worked on.
_BATCH_SHARE = 0.5
_LEAST_RETRY_SECONDS, _MOST_RETRY_SECONDS = 0.5, 60.0


def effort(job: Job) -> int:
    """Return what a job will cost, in tokens that are read. No more is written than is read."""
    told = tokens_of(article.text for article in job.articles)
    told += tokens_of(article.html for article in job.articles) // _HTML_TOKENS_A_TEXT_TOKEN
    read = told + tokens_of([job.options.focus_query])  # no model reads the background
    abstractive = job.options.drafting is Drafting.ABSTRACTIVE
    written = min(told, round(job.options.max_words * _TOKENS_A_WORD)) if abstractive else 0
    return _OVERHEAD_TOKENS + read + written * _WRITTEN_TOKENS


def grouping_effort(articles: Sequence[Article]) -> int:
    """Return what it costs to find stories: every article is cleaned, and its opening is embedded."""
    openings = tokens_of((article.text or article.html)[:_OPENING_CHARACTERS] for article in articles)
    cleaned = tokens_of(text for article in articles for text in (article.text, article.html))
    return max(1, openings + cleaned // _CLEANED_TOKENS_A_TOKEN)


class Place:
    """What one accepted call still costs.

    Attributes:
        needs: One a cluster, in their order; those that are met are gone.
        begun: Whether work on one of them has begun.
        at_work: The one that is worked on now.
    """

    def __init__(self, needs: list[Need], met: Callable[[Need], None]) -> None:
        """Take what is needed, and who is told what was met."""
        self.needs, self.begun = needs, False
        self.at_work: Need | None = None
        self._met = met

    @contextmanager
    def working(self, need: Need) -> Iterator[None]:
        """Hold a need while it is worked on, on any thread; it is met if the work comes to its end."""
        self.begun, self.at_work = True, need
        try:
            yield
            self._met(need)
        finally:
            self.at_work = None
            self.needs = [other for other in self.needs if other is not need]


class Admission:
    """Lets calls in as long as all that are in can be answered in time. Any thread may use it.

    What is not known is not held against anybody: before the first answer, only the bounds count.
    """

    def __init__(
        self, workers: int, requests: int, tokens: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the bounds.

        Args:
            workers: How many clusters are worked on at the same time.
            requests: Most accepted calls none of whose work has begun.
            tokens: Most that all accepted calls may still cost together; one that comes alone may cost more.
            clock: Tells monotonic time.
        """
        self._workers, self._requests, self._tokens, self._clock = workers, requests, tokens, clock
        self._lock = threading.Lock()
        self._places: set[Place] = set()
        self._speed = Speed()

    @contextmanager
    def admit(self, deadline: float, efforts: Sequence[int]) -> Iterator[Place]:
        """Give a call its place, for as long as the context is open.

        Args:
            deadline: Monotonic time at which its caller leaves.
            efforts: What each of its clusters costs, from :func:`effort`.

        Raises:
            QueueFull: As much waits as may wait.
            DeadlineUnattainable: It would not be answered in time, or make another late.
        """
        now = self._clock()
        place = Place(needs(deadline, efforts, now), self._met)
        with self._lock:
            self._refuse_beyond_bounds(place, now)
            self._refuse_late(place, now)
            if not self._accepted():
                self._speed.begin(now)
            self._places.add(place)
        try:
            yield place
        finally:
            with self._lock:
                self._places.discard(place)

    @property
    def waiting(self) -> int:
        """How many accepted calls are not begun."""
        with self._lock:
            return self._waiting()

    def _waiting(self) -> int:
        return sum(not place.begun for place in self._places)

    def _accepted(self) -> list[Need]:
        return [need for place in self._places for need in place.needs]

    def _next_to_end(self) -> Need | None:
        """Return for which need a call waits, however urgent it is, until a worker is free for it."""
        at_work = [place.at_work for place in self._places if place.at_work]
        return min(at_work, key=lambda need: need.rank) if len(at_work) >= self._workers else None

    def _met(self, need: Need) -> None:
        with self._lock:
            self._speed.end(need.tokens, self._clock())

    def _refuse_beyond_bounds(self, place: Place, now: float) -> None:
        left = _cost(self._accepted())
        if self._waiting() >= self._requests:
            raise self._full({"max_queued_requests": str(self._requests)}, left, now)
        if left and left + _cost(place.needs) > self._tokens:
            raise self._full({"max_queued_tokens": str(self._tokens)}, left, now)

    def _full(self, limit: Mapping[str, str], left: int, now: float) -> QueueFull:
        rate = self._speed.rate(now)
        # By then, half of what is there now will be done.
        retry_after = left / rate / 2 if rate else _LEAST_RETRY_SECONDS
        return QueueFull("as much waits as may wait", _bounded(retry_after), limit)

    def _refuse_late(self, place: Place, now: float) -> None:
        rate = self._speed.rate(now)
        if not rate:
            return
        accepted, first = self._accepted(), self._next_to_end()
        already = lateness(accepted, rate, now, first)
        late = lateness([*accepted, *place.needs], rate, now, first)
        by = [seconds for need, seconds in late.items() if need not in already]
        remaining = max(need.deadline for need in place.needs) - now
        needed = remaining + max([*by, _excess(place, rate, remaining)])
        if needed > remaining:
            figures = {"remaining_seconds": f"{remaining:.3f}", "estimated_seconds": f"{needed:.3f}"}
            message = f"about {needed:.1f} s are needed, and {remaining:.1f} s are left until the deadline"
            raise DeadlineUnattainable(message, _bounded(needed - remaining), figures)


def _cost(accepted: Iterable[Need]) -> int:
    return sum(need.tokens for need in accepted)


def _excess(place: Place, rate: float, remaining: float) -> float:
    """Return by how many seconds a batch would take more than its share of the machine."""
    if len(place.needs) == 1:
        return 0.0
    return _cost(place.needs) / rate / _BATCH_SHARE - remaining


def _bounded(seconds: float) -> float:
    return min(max(seconds, _LEAST_RETRY_SECONDS), _MOST_RETRY_SECONDS)
