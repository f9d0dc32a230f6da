"""Write claims: draft, verify, retry once, fall back to the source sentence, or drop, and say why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.domain import DropOutcome, DroppedDraft, Verified
from service.stages.draft import extract, fuse, is_fusible
from service.stages.verify import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Draft, Drafting, PlanItem
    from service.ports import Models
    from service.settings import Settings
    from service.similarity import Story

_ATTEMPTS = 2


@dataclass(slots=True)
class Writer:
    """Writes the sentences of one summary, group by group, in the order of the plan.

    Attributes:
        story: The sentences and their similarities.
        models: Encoder and drafter.
        settings: Thresholds.
        drafting: Whether sentences may be written anew.
        dropped: Drafts that were refused so far, and what became of their claims.
        drafts: How many drafts the model wrote so far.
    """

    story: Story
    models: Models
    settings: Settings
    drafting: Drafting
    dropped: list[DroppedDraft] = field(default_factory=list)
    drafts: int = 0

    def write(self, items: Sequence[PlanItem]) -> list[Verified]:
        """Return one verified sentence an item, in order; an item for which none passes has none."""
        fused = self._fuse([item for item in items if is_fusible(item, self.drafting)])
        rest = [item for item in items if item.ranked.cluster.id not in fused]
        extracted = self._check([extract(item) for item in rest], rest, DropOutcome.DROPPED)
        found = fused | extracted
        return [found[item.ranked.cluster.id] for item in items if item.ranked.cluster.id in found]

    def _fuse(self, items: Sequence[PlanItem]) -> dict[int, Verified]:
        done: dict[int, Verified] = {}
        for attempt in range(_ATTEMPTS):
            left = [item for item in items if item.ranked.cluster.id not in done]
            drafts = fuse(left, self.story.sentences, self.models.drafter, attempt)
            self.drafts += len(drafts)
            last = attempt == _ATTEMPTS - 1
            done |= self._check(drafts, left, DropOutcome.EXTRACTED if last else DropOutcome.RETRIED)
        return done

    def _check(
        self, drafts: Sequence[Draft], items: Sequence[PlanItem], outcome: DropOutcome
    ) -> dict[int, Verified]:
        """Verify drafts; what is refused is noted with what becomes of its claim."""
        results = verify(drafts, items, self.story, self.models.encoder, self.settings.support_similarity)
        passed: dict[int, Verified] = {}
        for draft, result in zip(drafts, results, strict=True):
            if isinstance(result, Verified):
                passed[draft.cluster_id] = result
            else:
                self.dropped.append(
                    DroppedDraft(draft.text, draft.cluster_id, result.reason, outcome, result.detail)
                )
        return passed
