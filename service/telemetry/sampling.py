"""Which calls are traced: decided here, and not by who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace import get_current_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.trace.sampling import SamplingResult
    from opentelemetry.trace import Link, SpanKind, TraceState
    from opentelemetry.util.types import Attributes


class DecidedHere(Sampler):
    """Asks another sampler as if no call had a parent elsewhere.

    The flag of a caller's ``traceparent`` would hide its calls, or have all of them sent to the collector.
    """

    def __init__(self, sampler: Sampler) -> None:
        """Take the sampler that decides, which OpenTelemetry's variables may name."""
        self._sampler = sampler

    def should_sample(  # noqa: PLR0913, PLR0917  as the SDK calls it
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Decide about one span; those within a call do as the call does."""
        if get_current_span(parent_context).get_span_context().is_remote:
            parent_context = Context()
        return self._sampler.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        """Return what the SDK shows of it."""
        return f"DecidedHere{{{self._sampler.get_description()}}}"
