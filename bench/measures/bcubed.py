"""How groups of items agree with annotated ones: B-cubed (Bagga and Baldwin, 1998)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench.measures.classification import Agreement

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Compare groups; every item has the same weight, whatever the size of its group.

    Args:
        gold: The annotated group of each item; there must be at least one.
        found: The group that each was put into, in the same order.

    Returns:
        As precision the mean share of the items in an item's group that belong with it, as recall the mean
        share of those that belong with it which are there, and their harmonic mean; an item is with itself.
    """
    shared = Counter(zip(gold, found, strict=True))
    belong, together = Counter(gold), Counter(found)
    precision = sum(count * count / together[group] for (_, group), count in shared.items()) / len(gold)
    recall = sum(count * count / belong[group] for (group, _), count in shared.items()) / len(gold)
    return Agreement(precision, recall, 2 * precision * recall / (precision + recall))
