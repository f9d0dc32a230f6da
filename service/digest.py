"""From a pile of mixed articles to its stories; the pipeline makes a summary of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import Grouping, Opening, Unassigned, UnassignedReason
from service.errors import InvalidRequest
from service.language.fluency import vocabulary_of
from service.pipeline import background_of
from service.stages.clean import clean
from service.stages.extract import extract, refuse_long
from service.stages.group import group
from service.stages.origins import origins
from service.stages.rank import stands_alone
from service.stages.split import split
from service.watch import StageName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.domain import Article, Document, Pile
    from service.errors import Violation
    from service.ports import Models
    from service.settings import Settings

    Stories = Sequence[tuple[int, ...]]

# In sentences: how much of an article tells what it is about.
_OPENING = 12


def find_stories(pile: Pile, models: Models, settings: Settings) -> Grouping:
    """Find the stories of a pile, the most covered first.

    A story is covered the more, the more independent origins it has, then the more articles; among equals the
    one whose first article comes first in the request.

    Args:
        pile: The articles.
        models: Only the encoder is used.
        settings: Where the limits of one article stand.

    Raises:
        Stopped: Nobody waits any more.
    """
    unassigned = dict(pile.invalid)
    stage = models.watch.stage
    with stage(StageName.EXTRACT):
        articles = _readable(pile, unassigned, models, settings)
    with stage(StageName.CLEAN):
        documents = _documents(articles, pile, models, settings)
    with stage(StageName.SPLIT):
        openings = _openings(documents, unassigned)
    with stage(StageName.ENCODE):
        # Each distinct text once, and in an order that is not that of the request.
        leads = sorted({opening.lead for opening in openings.values()})
        place = {lead: row for row, lead in enumerate(leads)}
        encoded = models.encoder.encode(leads)
    with stage(StageName.GROUP):
        indices = list(openings)
        vectors = encoded[[place[openings[index].lead] for index in indices]]
        found = group(list(openings.values()), vectors, models.check) if indices else ()
        stories = [tuple(indices[member] for member in members) for members in found]
        stories = list(_tellable(stories, documents, unassigned))
    with stage(StageName.ORIGINS):
        stories = _most_covered_first(stories, documents, models)
    told = tuple(_told(stories, pile, unassigned))
    return Grouping(told, dict(sorted(unassigned.items())), background_of(pile.options))


def opening_of(document: Document) -> Opening | None:
    """Return what an article begins with, or None if cleaning left none of its sentences."""
    texts = tuple(sentence.text for sentence in split((document,))[:_OPENING])
    return Opening(document.title, texts, document.article.published_at) if texts else None


def invalid(violations: Sequence[Violation]) -> Unassigned:
    """Return what an article that breaks rules is told as; there must be one."""
    told = "; ".join(_of_article(item) for item in violations)
    return Unassigned(UnassignedReason.INVALID, told, violations[0].reason)


def _of_article(violation: Violation) -> str:
    """Return a violation in words, with its field unless the words begin with that: "the text has ..."."""
    field, about = violation.field.partition(".")[2], violation.description
    return about if about.startswith(f"the {field} ") else f"{field} {about}".strip()


def _readable(
    pile: Pile, unassigned: dict[int, Unassigned], models: Models, settings: Settings
) -> dict[int, Article]:
    """Return the articles that obey the rules, with the texts of those that came as HTML."""
    most, overflow = settings.max_article_characters, pile.options.overflow
    articles: dict[int, Article] = {}
    for index, article in enumerate(pile.articles):
        if index in pile.invalid:
            continue
        try:
            (extracted,) = extract((article,), models.check)
            refuse_long((extracted,), overflow, most, settings.max_request_characters)
        except InvalidRequest as error:
            unassigned[index] = invalid(error.violations)
        else:
            articles[index] = extracted
    return articles


def _documents(
    articles: Mapping[int, Article], pile: Pile, models: Models, settings: Settings
) -> dict[int, Document]:
    documents: dict[int, Document] = {}
    for index, article in articles.items():
        models.check()
        (documents[index],) = clean((article,), pile.options, settings.max_article_characters)
    return documents


def _openings(documents: Mapping[int, Document], unassigned: dict[int, Unassigned]) -> dict[int, Opening]:
    """Return what each article begins with that has anything left."""
    openings: dict[int, Opening] = {}
    for index, document in documents.items():
        if opening := opening_of(document):
            openings[index] = opening
        else:
            about = "nothing was left of this article after cleaning"
            unassigned[index] = Unassigned(UnassignedReason.NO_CONTENT, about)
    return openings


def _tellable(
    stories: Stories, documents: Mapping[int, Document], unassigned: dict[int, Unassigned]
) -> Iterator[tuple[int, ...]]:
    """Yield the stories of which a summary can tell anything; articles of the others are unassigned."""
    for story in stories:
        sentences = split([documents[index] for index in story])
        vocabulary = vocabulary_of(sentence.text for sentence in sentences)
        if any(stands_alone(sentence, vocabulary) for sentence in sentences):
            yield story
        else:
            about = "none of its sentences can be told by itself"
            unassigned.update(dict.fromkeys(story, Unassigned(UnassignedReason.NO_CONTENT, about)))


def _most_covered_first(
    stories: Stories, documents: Mapping[int, Document], models: Models
) -> list[tuple[int, ...]]:
    def coverage(story: tuple[int, ...]) -> tuple[int, int, int]:
        models.check()
        return -_origins([documents[index] for index in story]), -len(story), story[0]

    return sorted(stories, key=coverage)


def _origins(documents: Sequence[Document]) -> int:
    """Return how many origins the articles of a story have."""
    return len(origins(documents, split(documents)).groups) if len(documents) > 1 else 1


def _told(stories: Stories, pile: Pile, unassigned: dict[int, Unassigned]) -> Iterator[tuple[int, ...]]:
    """Yield the stories that were asked for; articles of the others are unassigned."""
    told = 0
    for story in stories:
        if len(story) < pile.min_articles:
            about = f"its story has {len(story)} of at least {pile.min_articles} articles"
            reason = UnassignedReason.MIN_ARTICLES
        elif pile.max_stories is not None and told >= pile.max_stories:
            about = f"{pile.max_stories} stories were asked for, and its own is covered less"
            reason = UnassignedReason.MAX_STORIES
        else:
            told += 1
            yield story
            continue
        unassigned.update(dict.fromkeys(story, Unassigned(reason, about)))
