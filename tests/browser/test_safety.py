from __future__ import annotations

from typing import TYPE_CHECKING

from service.render.html import render
from service.render.safe import harmless
from tests import reports

if TYPE_CHECKING:
    from tests.browser.opening import Opener

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <svg onload=alert(1)> javascript:alert(1) "
    "</script><script>alert(2)</script> <!--<script> --> ]]> \"'` {{ 7 * 7 }} ${alert(3)} \\u003cb> "
    "\u202egnihtyna\u2066 \u2028 \u2029 \x00 \x1b[2J."
)


def test_a_hostile_article_stays_text(opened: Opener) -> None:
    report = reports.quoted(HOSTILE, HOSTILE, title=HOSTILE, publisher=HOSTILE, uri="javascript:alert(4)")
    page = opened(report)
    elements = (
        "[...document.querySelectorAll('script, img, b, svg[onload]')].map(one => one.type ?? one.tagName)"
    )
    assert page.evaluate(elements) == ["application/json", "module"]
    page.locator(".marker").hover()
    page.locator(".marker").click()
    assert page.locator("#reader .current").text_content() == harmless(HOSTILE)
    assert page.locator(".said").text_content() == harmless(HOSTILE)
    assert page.evaluate(elements) == ["application/json", "module"]
    assert page.locator("a[href^=javascript]").count() == 0


def test_nothing_but_the_script_of_the_page_runs(opened: Opener) -> None:
    injected = (
        "<script>window.broken = 1</script><img src='data:,' onerror='window.broken = 2'>"
        "<script type=module src='https://elsewhere.example/x.js'></script>"
        "<style>body { display: none }</style><img src='https://elsewhere.example/x.png'>"
        "<a id=trap href='javascript:window.broken=3'>x</a></body>"
    )
    page = opened.html(render(reports.digest()).replace("</body>", injected))
    page.locator("#trap").click()
    assert page.evaluate("window.broken") is None
    assert page.locator("h1").is_visible()
    assert page.evaluate("fetch('https://elsewhere.example/').catch(error => error.name)") == "TypeError"
    blocked = [complaint for complaint in opened.complaints if "Content Security Policy" in complaint]
    assert len(blocked) >= len(("script", "handler", "module", "style", "image", "address"))
    assert {request.failure for request in opened.requests} == {"csp"}
    opened.complaints.clear()
    opened.requests.clear()


def test_the_script_writes_no_html(opened: Opener) -> None:
    page = opened(reports.digest())
    fault = page.evaluate(
        "try { document.body.innerHTML = '<b>x</b>'; 'written' } catch (error) { error.name }"
    )
    assert fault == "TypeError"
    opened.complaints.clear()
