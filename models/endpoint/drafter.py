"""Sentences that state one claim -> one sentence, by a model behind an endpoint."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.batches import no_report
from models.endpoint import chat
from models.endpoint.background import Background
from models.endpoint.client import Endpoint
from models.endpoint.errors import NotCopied, NotWritten
from models.endpoint.turns import turns
from models.one_sentence import first_sentence, token_budget
from models.specifics import uncopied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.batches import Report
    from models.endpoint.chat import Answer
    from models.endpoint.client import Address
    from models.manifest import Prompt
    from models.prompt import Request

_log = logging.getLogger(__name__)

# A caller that leaves is noticed within this.
_POLL_SECONDS = 0.02
_MOST_TOKENS = 2_048


@dataclass(frozen=True, slots=True)
class Written:
    """A draft, and what wrote it."""

    text: str
    writer: str


class EndpointDrafter:
    """A model of which nothing is known but its answers. Threads may share it."""

    def __init__(self, address: Address, prompt: Prompt | None = None, report: Report = no_report) -> None:
        """Connect to nothing yet.

        Args:
            address: Where the endpoint is.
            prompt: How its model was taught to be asked; None for a general chat model.
            report: Is told of every draft, with the tokens that the endpoint counted.
        """
        self._address, self._prompt, self._report = address, prompt, report
        self._endpoint = Endpoint(address)
        self._background = Background("endpoint")
        self._writer, self._told = self._named(""), ""

    @property
    def writer(self) -> str:
        """What wrote last; before the first draft, what is asked for."""
        return self._writer

    def draft(self, requests: Sequence[Request], check: Callable[[], None], seconds: float) -> list[Written]:
        """Return one draft a request, all of them asked for at the same time, as far as may be.

        Args:
            requests: Any number of them.
            check: Called all the time; what it raises calls off what is under way.
            seconds: How long may be waited.

        Raises:
            NotWritten: One of them could not be written.
            NotCopied: One of them has a name or number that its sources do not have.
        """
        drafts = [self._background.run(self._draft(request, seconds)) for request in requests]
        try:
            while wait(drafts, _POLL_SECONDS).not_done:
                check()
            return [draft.result() for draft in drafts]
        except CancelledError:
            check()
            message = "the drafter is asked no more"
            raise NotWritten(message) from None
        finally:
            for draft in drafts:
                draft.cancel()

    def close(self) -> None:
        """Call off what is under way, and close all connections."""
        self._background.close(self._endpoint.close())

    async def _draft(self, request: Request, seconds: float) -> Written:
        answer = await self._logged(request, seconds)
        self._report(
            rows=1, tokens=answer.read_tokens, padded=answer.read_tokens, written=answer.written_tokens
        )
        writer = self._writer = self._named(answer.writer)
        text = first_sentence(answer.text)
        if words := uncopied(text, request.sources):
            raise NotCopied(text, tuple(words), writer)
        return Written(text, writer)

    async def _logged(self, request: Request, seconds: float) -> Answer:
        """Ask for one draft, and log that it failed or is well again when that has changed."""
        try:
            answer = await self._answer(request, seconds)
        except NotWritten as fault:
            if self._told != (told := str(fault)):
                _log.warning("%s; sentences of the articles take the place of drafts", told)
                self._told = told
            raise
        if self._told:
            _log.warning("the drafter's endpoint writes again")
            self._told = ""
        return answer

    async def _answer(self, request: Request, seconds: float) -> Answer:
        budget = token_budget(request.max_words, _MOST_TOKENS)
        asked = chat.question(self._address.model, turns(request, self._prompt), budget)
        return chat.answer(await self._endpoint.ask(asked, seconds))

    def _named(self, writer: str) -> str:
        return f"{writer or self._address.model} at {self._address.host}"
