"""Split: documents into sentences, each an exact span of its article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain import Article, Document, Sentence, Span
from service.language.words import FUNCTION_WORDS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BEFORE_NAMES = lexicon(
    """
    mr mrs ms mme mlle dr drs prof rev fr gen brig col lt maj capt cmdr adm sgt cpl pvt pfc spc
    sen sens rep reps gov govs pres amb atty asst supt det insp cllr hon messrs st
    """
)
_TITLES = _BEFORE_NAMES | lexicon(
    """
    mt ft no nos vol pp fig art sec vs v jan feb mar apr jun jul aug sept sep oct nov dec
    """
)
_ABBREVIATIONS = lexicon(
    """
    inc ltd co corp bros dept dist univ assn ave blvd est approx ca cf ph.d jr sr
    """
)
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-HJ-Z]|(?:[A-Za-z]\.)+[A-Za-z]")
_PLAIN_WORD = re.compile(r"[A-Za-z’'-]*[a-z]{2,}[”\"’)]?|\d{4}")
_END = re.compile(
    r"(?<![.!?…])(?P<mark>[.!?…]+)(?P<close>[\"”’'»)\]]*)(?P<gap>\s+|(?=[“\"‘]?[A-Z][\w’'-]*[ ,])|$)"
    r"|(?P<stop>[。\uff01\uff1f])"
)
_NEXT_WORD = re.compile(r"[^\w\s]*([\w’']+)")
# How far back an abbreviation is looked for; bounds the work on a line with no end.
_WINDOW = 64
# How long a quotation is followed; the same bound.
_QUOTATION = 400
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_OPENERS = "“\"‘'«([—–-•*"
_BULLET = re.compile(r"(?:[•*·▪‣–—-]|\(?\d{1,3}[.)]|[a-z]\))\s+")


def split(documents: Sequence[Document]) -> tuple[Sentence, ...]:
    """Split every block into sentences, in the order of the articles.

    A sentence never crosses a block, never starts or ends in white space, and never starts with the
    mark of a list. Its text is the article's text at its span.
    """
    return tuple(
        sentence for source, document in enumerate(documents) for sentence in _of_document(source, document)
    )


def split_plain(texts: Sequence[str]) -> tuple[Sentence, ...]:
    """Split texts that need no cleaning; a line is a paragraph, the source of a sentence its text's index."""
    return split([_plain(text) for text in texts])


def _plain(text: str) -> Document:
    return Document(Article("", text), tuple(_lines(text)), (), "")


def _lines(text: str) -> Iterator[Span]:
    """Yield the spans of the lines that hold anything."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def _of_document(source: int, document: Document) -> Iterator[Sentence]:
    text = document.article.text
    blocks = [list(sentence_spans(text, block)) for block in document.blocks]
    total = sum(map(len, blocks))
    seen = 0
    for spans in blocks:
        for order, span in enumerate(spans):
            before = spans[order - 1].of(text) if order else ""
            yield Sentence(source, span, span.of(text), seen / max(total - 1, 1), before)
            seen += 1


def sentence_spans(text: str, block: Span) -> Iterator[Span]:
    """Yield the spans of the sentences of one block."""
    start = block.start
    for match in _END.finditer(text, block.start, block.end):
        if _ends_sentence(text, match, start, block.end):
            yield from _trimmed(text, start, match.end() - len(match["gap"] or ""))
            start = match.end()
    yield from _trimmed(text, start, block.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and (text[start].isspace() or text[start] in _INVISIBLE):
        start += 1
    if bullet := _BULLET.match(text, start, end):
        start = bullet.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start and any(letter.isalnum() for letter in text[start:end]):
        yield Span(start, end)


def _ends_sentence(text: str, match: re.Match[str], start: int, end: int) -> bool:
    if match["stop"] or match.end() >= end:
        return True
    following = _NEXT_WORD.match(text, match.end(), end)
    word = following.group(1) if following else ""
    before = text[max(start, match.start("mark") - _WINDOW) : match.start("mark")]
    if not match["gap"]:
        return _ends_without_space(before)
    if word[:1].islower() or text[match.end()] in ",;:-—–":
        # "Stop!" he said, or "SYCAMORE, Ill. -- A man": the sentence goes on.
        return False
    if _is_inside_quotation(text, start, match.end("close"), end):
        return False
    if match["mark"] != "." or match["close"]:
        return True
    return not _is_abbreviation(before, word)


def _is_inside_quotation(text: str, start: int, place: int, end: int) -> bool:
    """Tell whether a quotation is open whose speaker is named behind it: “We won. We did,” he said."""
    if place - start > _QUOTATION:
        return False
    closing = "”" if text.rfind("“", start, place) > text.rfind("”", start, place) else ""
    closing = closing or ('"' if text.count('"', start, place) % 2 else "")
    close = text.find(closing, place, min(end, place + _QUOTATION)) if closing else -1
    return close > 0 and text[close - 1] == ","


def _ends_without_space(before: str) -> bool:
    """Tell whether a mark with no space behind it ends a sentence: only after a plain word or a year."""
    word = _last_token(before)
    return bool(_PLAIN_WORD.fullmatch(word)) and word.lower() not in _TITLES


def _is_abbreviation(before: str, following: str) -> bool:
    """Tell whether the full stop belongs to the word before it.

    A capitalised function word ("The", "He") starts a sentence even after "U.S." or "p.m.".
    """
    word = _last_token(before)
    if before.strip(_OPENERS + " \t").isdigit():
        return True
    if following.lower() in FUNCTION_WORDS and word.lower() not in _BEFORE_NAMES:
        return False
    return word.lower() in _TITLES | _ABBREVIATIONS or bool(_INITIALS.fullmatch(word))


def _last_token(before: str) -> str:
    parts = before.rsplit(maxsplit=1)
    return parts[-1].lstrip(_OPENERS) if parts else ""
