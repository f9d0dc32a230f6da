"""Write claims: draft, verify, retry once, fall back to the source sentence, or drop, and say why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from service.domain import DropOutcome, DroppedDraft, DropReason, Told, Verified
from service.errors import NotCopied, NotWritten
from service.language.facts import negated
from service.language.reference import refers_back
from service.language.titles import as_sentence
from service.language.words import word_count
from service.stages.draft import extract, fuse
from service.stages.headline import by_closeness
from service.stages.verify import Refusal, supports, verify
from service.watch import StageName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Dispute, Draft, PlanItem, Support, Title, Vectors
    from service.ports import Models
    from service.settings import Settings
    from service.similarity import Story
    from service.stages.known import Reader

# Most drafts that are asked for at once: other calls wait for the models meanwhile.
_DRAFTED_TOGETHER = 8


@dataclass(slots=True)
class Writer:
    """Writes the sentences of one summary, claim by claim, in the order of the plan.

    Attributes:
        story: The sentences and their similarities.
        models: Encoder, drafter, and the verifier if there is one.
        settings: Thresholds.
        disputes: Where articles disagree.
        bullets: Whether no sentence may go on from another.
        reader: What the reader knows, if anything.
        dropped: Drafts that were refused so far, and what became of their claims.
        told: What became of every claim so far.
        drafts: How many drafts the model wrote so far.
    """

    story: Story
    models: Models
    settings: Settings
    disputes: Sequence[Dispute] = ()
    bullets: bool = False
    reader: Reader | None = None
    dropped: list[DroppedDraft] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    drafts: int = 0
    _ahead: dict[int, Draft] = field(default_factory=dict)
    _said: list[tuple[Verified, Vectors]] = field(default_factory=list)

    def write(self, item: PlanItem, following: Sequence[PlanItem] = ()) -> Verified | None:
        """Return a verified sentence for one claim, or None if there is none.

        Args:
            item: The claim.
            following: What is to be written after it. Some of it may be drafted together with it.
        """
        for draft, otherwise in self._candidates(item, following):
            with self.models.watch.stage(StageName.VERIFY):
                vector = self.models.encoder.encode([draft.text])[0]
                result = self._judge(draft, vector, item)
            if isinstance(result, Verified):
                self._said.append((result, vector))
                self.told.append(Told(item.cluster_id, word_count(result.text)))
                return result
            self._drop(draft.text, item, result.reason, otherwise, result.detail)
        self.told.append(Told(item.cluster_id, 0))
        return None

    def headline(
        self, found: Sequence[Title], opening: Sequence[str]
    ) -> tuple[Title, tuple[Support, ...]] | None:
        """Return the title closest to the story that stands the check, and what supports it, or None.

        Args:
            found: Titles that state something.
            opening: The sentences that open the summary.
        """
        if not found or not opening:
            return None
        vectors = self.models.encoder.encode([*(title.text for title in found), *opening])
        own, first = vectors[: len(found)], vectors[len(found) :]
        least, verifier = self.settings.support_similarity, self.models.verifier
        for title, vector in by_closeness(found, own, self.story.encoded.vectors, first):
            text = as_sentence(title.text, self.story.names)
            if support := supports(text, vector, self.story, least, verifier):
                return title, support
        return None

    def _candidates(
        self, item: PlanItem, following: Sequence[PlanItem]
    ) -> Iterator[tuple[Draft, DropOutcome]]:
        """Yield drafts until one is good enough, each with what happens if it is not."""
        if item.fuse:
            yield from self._drafts(item, following)
        yield extract(item), DropOutcome.DROPPED

    def _drafts(self, item: PlanItem, following: Sequence[PlanItem]) -> Iterator[tuple[Draft, DropOutcome]]:
        """Yield what the model writes; where it wrote nothing, or other names and numbers, tell so."""
        for attempt, otherwise in enumerate((DropOutcome.RETRIED, DropOutcome.EXTRACTED)):
            try:
                draft = self._fused([item], attempt)[0] if attempt else self._first(item, following)
            except NotCopied as fault:
                self.drafts += 1
                self._drop(fault.text, item, DropReason.NOT_COPIED, otherwise, " ".join(fault.words))
            except NotWritten as fault:
                self._drop("", item, DropReason.NOT_WRITTEN, DropOutcome.EXTRACTED, str(fault))
                return
            else:
                yield draft, otherwise

    def _drop(self, text: str, item: PlanItem, reason: DropReason, outcome: DropOutcome, detail: str) -> None:
        self.dropped.append(DroppedDraft(text, item.cluster_id, reason, outcome, detail))

    def _first(self, item: PlanItem, following: Sequence[PlanItem]) -> Draft:
        """Draft a claim with some that follow; the first of all alone, as somebody waits for it."""
        if item.cluster_id not in self._ahead:
            together = self.drafts > 0 and self.models.writers is None
            items = [item, *_with_most_words(item, following)][: _DRAFTED_TOGETHER if together else 1]
            self._ahead |= {draft.cluster_id: draft for draft in self._fused(items, 0)}
        return self._ahead.pop(item.cluster_id)

    def _fused(self, items: Sequence[PlanItem], attempt: int) -> list[Draft]:
        with self.models.watch.stage(StageName.DRAFT):
            drafts = fuse(items, self.story.sentences, self.models.drafter, attempt, self.disputes)
        self.drafts += len(drafts)
        return drafts

    def _judge(self, draft: Draft, vector: Vectors, item: PlanItem) -> Verified | Refusal:
        """Verify a draft, and refuse what was said before; a denial does not repeat what it denies."""
        if self.bullets and (word := refers_back(draft.text)):
            return Refusal(DropReason.NOT_SELF_CONTAINED, word)
        least, verifier = self.settings.support_similarity, self.models.verifier
        result = verify(draft, vector, item, self.story, least, verifier, self.disputes)
        for other, said in self._said:
            alike = negated(other.text) == negated(draft.text)
            if isinstance(result, Verified) and alike and vector @ said >= self.settings.repeat_similarity:
                return Refusal(DropReason.REDUNDANT, other.text)
        # The sentence of the plan was found to be news; what is made of it can be less.
        if self.reader and draft.text != item.sentence and self._is_known(draft.text, item):
            return Refusal(DropReason.REDUNDANT, draft.text)
        return result

    def _is_known(self, text: str, item: PlanItem) -> bool:
        sources = {self.story.sentences[member].source for member in item.ranked.cluster.members}
        return self.reader is not None and self.reader.knows(text, sources) is not None


def _with_most_words(item: PlanItem, following: Sequence[PlanItem]) -> Iterator[PlanItem]:
    """Yield what is to be fused after a claim, with the words that it has if nothing comes of all before it.

    A draft that needs more words than there are in the end is refused, as it would be if it were cut there.
    """
    words = item.max_words
    for after in following:
        words += after.max_words
        if after.fuse:
            yield replace(after, max_words=words)
