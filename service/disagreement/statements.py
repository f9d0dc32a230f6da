"""What every article claims, and what else it tells that tells of which thing a claim is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.disagreement.texts import sources_of
from service.language.claims import Kind, claims
from service.language.moments import Moment
from service.language.numbers import numbers
from service.language.roles import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from service.disagreement.texts import Text
    from service.domain import Article
    from service.language.claims import Claim
    from service.ports import Check

Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim and the sentence that makes it."""

    where: Text
    claim: Claim

    @property
    def key(self) -> Key:
        """What tells it from all others: two kinds of claim may be made of one value."""
        return self.where.text, self.claim.value.start, self.claim.value.end


class Statements:
    """The claims of all articles, by their roles."""

    def __init__(self, texts: Sequence[Text], articles: Sequence[Article], check: Check) -> None:
        """Read every sentence.

        Args:
            texts: The distinct sentences.
            articles: What the caller sent, for the dates of publication.
            check: Raises when nobody waits for the work any more.
        """
        self._published = [article.published_at for article in articles]
        self._numbers: dict[int, set[str]] = defaultdict(set)
        self._counted: dict[tuple[int, str], set[str]] = defaultdict(set)
        self._groups: dict[tuple[Kind, str], list[Stated]] = defaultdict(list)
        for text in texts:
            check()
            self._read(text)

    def groups(self) -> Iterator[tuple[Kind, list[Stated]]]:
        """Yield the claims of each role of which two articles tell, in an order that no article decides."""
        for (kind, _), group in sorted(self._groups.items(), key=lambda item: (item[0][0].value, item[0][1])):
            if len(sources_of(item.where for item in group)) > 1:
                yield kind, sorted(group, key=in_order)

    def published(self, stated: Stated) -> list[datetime | None]:
        """Return when each article that makes a claim was published, or None where that is not known."""
        return [self._published[source] for source in stated.where.sources]

    def told(self, stated: Stated, source: int) -> AbstractSet[str]:
        """Return the numbers of an article that can be of the same thing as a claim of it."""
        match stated.claim.kind:
            case Kind.AMOUNT | Kind.PLACED:
                return self._numbers[source]
            case Kind.CASUALTIES:
                return self._counted[source, stated.claim.role.split()[0]]
        return frozenset()

    def _read(self, text: Text) -> None:
        stated, told = claims(text.text), numbers(text.text)
        people = counted(text.text, stated)
        for source in text.sources:
            self._numbers[source] |= told
            for event, found in people.items():
                self._counted[source, event] |= found
        for claim in stated:
            self._groups[claim.kind, claim.role].append(Stated(text, self._anchored(text, claim)))

    def _anchored(self, text: Text, claim: Claim) -> Claim:
        """Return a claim with the days that its time can be, if all articles that tell it are of one day."""
        if not isinstance(claim.value, Moment):
            return claim
        days = {when.date() if (when := self._published[source]) else None for source in text.sources}
        return replace(claim, value=claim.value.anchored(days.pop())) if len(days) == 1 else claim


def in_order(item: Stated) -> tuple[int, str, str]:
    """Put claims into an order that does not depend on that of the articles."""
    return item.claim.kind.value, item.claim.value.text, item.where.text
