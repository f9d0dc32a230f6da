from __future__ import annotations

import numpy as np

from service.domain import Article, Overflow, Sentence, Span, SummaryOptions, Support, Title
from service.stages.cite import cite_title
from service.stages.clean import clean
from service.stages.headline import by_closeness, titles

BODY = """A fire at the port of Moss hurt twelve men on Monday, the police in Moss said.
Anna Berg, the mayor of Moss, closed the port for a week after the fire was put out.
"""


def found(*articles: Article) -> tuple[Title, ...]:
    return titles(clean(articles, SummaryOptions(overflow=Overflow.REJECT), 10_000))


def test_the_title_of_the_caller_stands_in_no_text() -> None:
    article = Article("a", BODY, title="Fire closes port of Moss | The Gazette")
    assert found(article) == (Title("Fire closes port of Moss", 0, None),)


def test_a_title_in_the_text_is_known_by_its_span() -> None:
    (title,) = found(Article("a", f"Fire  closes port of Moss\n\n{BODY}"))
    assert title == Title("Fire closes port of Moss", 0, Span(0, 25))


def test_titles_that_tell_nothing_or_the_same_are_left_out() -> None:
    articles = (
        Article("a", BODY, title="Why did the port of Moss burn?"),
        Article("b", BODY, title="Fire closes port of Moss"),
        Article("c", BODY, title="Fire closes port of Moss - BBC News"),
    )
    assert [title.source for title in found(*articles)] == [1]


def test_the_title_closest_to_the_story_and_its_opening_comes_first() -> None:
    given = [Title("Far away", 0, None), Title("Close by", 1, None), Title("Also close", 2, None)]
    vectors = np.array([[0, 1], [1, 0], [1, 0]], dtype=np.float32)
    story = np.array([[1, 0], [1, 0.2]], dtype=np.float32)
    ordered = [title.text for title, _ in by_closeness(given, vectors, story, story[:1])]
    assert ordered == ["Also close", "Close by", "Far away"]


def test_a_title_of_a_text_is_cited_behind_what_supports_it() -> None:
    text = "Fire closes port\n\nA fire closed the port."
    sentence = Sentence(0, Span(18, 41), text[18:41], 0.0)
    own, beside = Title("Fire closes port", 0, Span(0, 16)), Title("Fire closes port", 0, None)
    support = (Support(0, 0.5),)
    cited = cite_title(own, support, [sentence], [Article("a", text)]).citations
    assert [citation.quote for citation in cited] == ["A fire closed the port.", "Fire closes port"]
    assert len(cite_title(beside, support, [sentence], [Article("a", text)]).citations) == 1
