from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Article, Document, SummaryOptions
from service.language.signatures import signatures
from service.stages.clean import clean

LEAD = "Two ships sank in the port of Dale on Monday, and the mayor closed the northern gate for a week."
LAST = (
    "The pier is to be mended by the end of the summer, the mayor said, and until then all ships go to Moss."
)
BODY = f"{LEAD}\n{LAST}"


def cleaned(text: str) -> Document:
    (document,) = clean([Article("a", text)], SummaryOptions(), 100_000)
    return document


@pytest.mark.parametrize(
    ("text", "agency", "shown"),
    [
        (f"LONDON (Reuters) - {BODY}", "Reuters", "LONDON (Reuters) -"),
        (f"Fire\n\nCAPE CANAVERAL, Fla. (AP) — {BODY}", "AP", "CAPE CANAVERAL, Fla. (AP) —"),
        (f"SEOUL, June 5 (Yonhap) -- {BODY}", "Yonhap", "SEOUL, June 5 (Yonhap) -"),
        (f"MOSCOW, June 5. /TASS/. {BODY}", "TASS", "MOSCOW, June 5. /TASS/."),
        (f"Washington (CNN) {BODY}", "CNN", "Washington (CNN)"),
        (f"LONDON (Reuters) -\n{BODY}", "Reuters", "LONDON (Reuters) -"),
        (f"Divers look at one of the ships in the port of Dale.\nDALE (AP) — {BODY}", "AP", "DALE (AP) —"),
        (f"By Jane Doe, Associated Press\n{BODY}", "AP", "By Jane Doe, Associated Press"),
        (f"{BODY}\n© 2018 AFP", "AFP", "© 2018 AFP"),
        (f"{BODY}\nCopyright Reuters 2018", "Reuters", "Copyright Reuters"),
        (
            f"{BODY}\nAssociated Press writers Jane Doe and John Roe contributed to this report.",
            "AP",
            "Associated Press writers Jane Doe and John Roe contributed",
        ),
        (f"{BODY} (UPI)", "UPI", "(UPI)"),
        (f"  By Jane Doe, Associated Press\n  {LEAD}\n  {LAST}", "AP", "By Jane Doe, Associated Press"),
        (f"  {LEAD}\n  {LAST}\n\n  © 2018 AFP", "AFP", "© 2018 AFP"),
        (f"  {LEAD}\n  {LAST}\n\n  (AP)", "AP", "(AP)"),
        (f"{BODY}\nXinhua\n", "Xinhua", "Xinhua"),
        (f"{BODY}\n(Associated Press)", "AP", "(Associated Press)"),
    ],
)
def test_agencies_sign_their_stories(text: str, agency: str, shown: str) -> None:
    ((found, span),) = dict(signatures(cleaned(text))).items()
    assert (found, span.of(text).strip()) == (agency, shown)


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\nThe mayor told the Associated Press that ships sank.",
        f"{BODY}\nA ship on fire. (AP Photo/Jane Doe)",
        f"{BODY}\nThe Associated Press contributed to this report from Oslo.",
        f"{BODY}\nShares of Thomson Reuters (TRI) — up a tenth — led the market.",
        f"He reads the AP guide. It was late.\n{BODY}",
        f"A ship burns in the port. (Reuters)\n{BODY}",
        f"Donald Trump (AP)\n{BODY}",
        f"{BODY}\nSmoke over the port. (AP)",
        f"{BODY}\nPeople look at the pier. (AP)",
        f"{BODY}\nA truck waits. Photo: © Reuters",
        f"{BODY}\nPhoto: Copyright 2018 AFP",
        f"© Reuters. A ship burns in the port.\n{BODY}",
        f"{BODY}\nRead also:\n• MOSCOW (Reuters) - Kremlin says talks go on\n",
        f"Read also:\n• MOSCOW (Reuters) - Kremlin says talks go on\n{BODY}",
        f"{BODY}\nRead also:\n• Associated Press writers contributed to a book on cod\n",
        f"{BODY}\nRead also:\nBy Jane Doe, Reuters\n",
        f"{BODY}\n{LEAD.replace('ships', 'trucks')}\nMOSCOW (Reuters) - The Kremlin says that talks go on.",
        f"• MOSCOW (Reuters) - The Kremlin said on Monday that the talks about the old bridge go on.\n{BODY}",
        "Home\nMenu\nReuters",
        f"{BODY}\nReuters\nCNN\nHome",
    ],
)
def test_an_agency_that_stands_elsewhere_did_not_sign(text: str) -> None:
    assert not list(signatures(cleaned(text)))


@given(
    st.lists(st.sampled_from([LEAD, LAST, "Reuters", "(AP)", "• A (AP) - B", "© 2018 AFP", " ", "By A, AP"]))
)
def test_what_shows_a_signature_stands_in_the_text(lines: list[str]) -> None:
    document = cleaned("\n".join(lines))
    assert all(span.of(document.article.text).strip() for _, span in signatures(document))
