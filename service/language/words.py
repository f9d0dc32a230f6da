"""Words: tokens, function words, stems."""

from __future__ import annotations

import functools
import re
import threading

import snowballstemmer

WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


def lexicon(listed: str) -> frozenset[str]:
    """Return the words of a list that white space separates."""
    return frozenset(listed.split())


FUNCTION_WORDS = lexicon(
    """
    a about above across after again against all almost along already also although always am among an
    and another any anyone anything are aren't around as at away be because been before behind being
    below between both but by came can can't cannot come could couldn't did didn't do does doesn't doing
    don't done down during each either else enough even ever every everyone everything few for from
    further gave get gets getting give given go goes going gone got had hadn't has hasn't have haven't
    having he he'd he'll he's her here hers herself him himself his how however i i'd i'll i'm i've if
    in indeed instead into is isn't it it's its itself just last least less let like made make makes
    making many may maybe me might mine more moreover most much must my myself near neither never no
    nobody none nor not nothing now of off often on once one only onto or other others our ours
    ourselves out over own per perhaps put quite rather really s same say says see seem seemed seems she
    she'd she'll she's should shouldn't since so some somebody someone something still such t take taken
    than that that's the their theirs them themselves then there there's therefore these they they'd
    they'll they're they've this those though through thus to together too took toward towards under
    until up upon us very via was wasn't we we'd we'll we're we've well went were weren't what whatever
    when where whether which while who who's whom whose why will with within without won't would
    wouldn't yes yet you you'd you'll you're you've your yours yourself said according
    """
)

# Function words that can be the whole of what somebody did, "took the money", each with its infinitive.
LIGHT_VERBS = {
    form: forms.split()[0]
    for forms in (
        "take takes took taken taking",
        "make makes made making",
        "give gives gave given giving",
        "get gets got gotten getting",
        "put puts putting",
    )
    for form in forms.split()
}

# Longer words are addresses or damage.
_LONGEST = 40
_stemmers = threading.local()


def words(text: str) -> list[str]:
    """Return the words of a text, with typographic apostrophes made plain."""
    return [word.replace("’", "'") for word in WORD.findall(text)]


def word_count(text: str) -> int:
    """Count words as a reader does: runs of characters between white space that hold a letter or digit."""
    return sum(any(map(str.isalnum, part)) for part in text.split())


def function_share(text: str) -> float:
    """Return which share of the words are English function words, from 0 to 1; prose has 0.3 to 0.6."""
    found = [word.lower() for word in words(text)]
    return sum(word in FUNCTION_WORDS for word in found) / len(found) if found else 0.0


def stem(word: str) -> str:
    """Return the stem of a word (Porter2, the "English" stemmer of Snowball) without a possessive ending."""
    plain = word.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    return _stem(plain) if len(plain) <= _LONGEST else plain


@functools.lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Return the stem of a word; a stemmer keeps state, so every thread has its own."""
    if not hasattr(_stemmers, "english"):
        _stemmers.english = snowballstemmer.stemmer("english")
    return str(_stemmers.english.stemWord(word))


def light_verbs(text: str) -> frozenset[str]:
    """Return the infinitives of function words that can be the whole of what somebody did."""
    return frozenset(LIGHT_VERBS[form] for form in map(str.lower, words(text)) if form in LIGHT_VERBS)


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of all words that carry meaning."""
    return frozenset(stem(word) for word in words(text) if word.lower() not in FUNCTION_WORDS)
