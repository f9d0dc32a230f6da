"""Words of which one says the contrary of the other: who has one does not state what has the other."""

from __future__ import annotations

import re

from service.language.words import stem, words

# Every form of verbs that change their vowel; all else is compared by stems.
_LISTED = """
rose rise risen climbed increased grew grow surged soared | fell fall fallen dropped decreased shrank plunged
higher | lower
up | down
supported backed endorsed | opposed
accepted approved passed | rejected vetoed
won win | lost lose
opened reopened | closed shut
upheld uphold | overturned struck
allowed permitted | banned barred prohibited forbade
safe | unsafe dangerous
armed | unarmed
most | few
legal lawful | illegal unlawful
guilty convicted | innocent acquitted
began begin started launched | ended stopped finished
joined entered | left quit withdrew withdraw
hired appointed | fired dismissed sacked
arrested detained | released freed
bought buy | sold sell
imposed | lifted eased
raised | cut lowered
alive survived | dead died
agreed | disagreed
confirmed | denied suspected
more | less fewer
increase | decrease
victory | defeat
"""
_SIDES = [
    tuple(frozenset(map(stem, side.split())) for side in line.split("|"))
    for line in _LISTED.strip().splitlines()
]
_SIDES_OF: dict[str, list[tuple[int, int]]] = {}
for _number, _pair in enumerate(_SIDES):
    for _side, _stems in enumerate(_pair):
        for _word in _stems:
            _SIDES_OF.setdefault(_word, []).append((_number, _side))


# "For" alone says too little.
_VOTE = re.compile(r"\bvot(?:e|es|ed|ing)\s(?:\S+\s){0,3}?(for|against)\b", re.IGNORECASE)
_FOR_OR_AGAINST = len(_SIDES)


def sides(text: str) -> frozenset[tuple[int, int]]:
    """Return the sides that the words of a sentence take: the number of a pair, and 0 or 1."""
    votes = {(_FOR_OR_AGAINST, int(match[1].lower() == "against")) for match in _VOTE.finditer(text)}
    return frozenset(votes.union(*(_SIDES_OF.get(stem(word), ()) for word in words(text))))


def opposed(one: frozenset[tuple[int, int]], other: frozenset[tuple[int, int]]) -> bool:
    """Tell whether one sentence takes only one side of a pair, and the other only the other one."""
    return any(
        (number, 1 - side) in other and (number, side) not in other and (number, 1 - side) not in one
        for number, side in one
    )
