"""Pages of HTML on one closed bridge, each with the quirks of its kind, and what they should give."""

from __future__ import annotations

from hypothesis import strategies as st

LEAD = "The old bridge in Dale was closed to all traffic on Monday after engineers found deep cracks."
MAYOR = "The mayor of Dale said that repairs of the bridge would take at least three months."
ROAD = "Lorries must take the northern road through the village of Ashby until the work is done."
BUILT = "The bridge was built in 1931 and was last inspected four years ago by the road office."
STORY = (LEAD, MAYOR, ROAD, BUILT)
HEADLINE = "Old bridge in Dale closed"
QUOTE = "“Nobody will drive over this bridge until it is sound again,” she told reporters."
RULES = (
    "Lorries may not drive through Ashby between ten at night and six in the morning.",
    "The speed limit is 30 kilometres an hour for everybody who passes the school.",
)
# Of a news page, what is no article.
FURNITURE = (
    "We use cookies to improve your visit.",
    "Weather",
    "Photo: Sam Reed",
    "Council votes on a new budget for schools",
    "It was about time that somebody did something about this bridge.",
    "All rights reserved",
    "Privacy policy",
    "var tracker",
)
NEWS_PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>{HEADLINE} | The Dale Courier</title>
<meta property="og:title" content="Bridge closed (og)">
<meta property="og:site_name" content="Courier (og)">
<link rel="canonical" href="https://courier.example/canonical">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [
  {{"@type": "WebSite", "name": "Courier"}},
  {{"@type": ["NewsArticle", "Thing"], "headline": "{HEADLINE}", "datePublished": "2024-03-04T18:20:00+01:00",
    "mainEntityOfPage": {{"@id": "https://courier.example/bridge"}},
    "publisher": {{"@type": "Organization", "name": "The Dale Courier"}}}}]}}</script>
<style>.x {{ color: red }}</style></head><body>
<div id="cookie-banner"><p>We use cookies to improve your visit.</p><button>Accept all</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/w">Weather</a></li></ul></nav></header>
<main><article><h1>{HEADLINE}</h1>
<p class="byline">By <a href="/staff/jo">Jo Miller</a></p><time datetime="2024-03-04">4 March 2024</time>
<figure><img src="b.jpg" alt="The bridge"><figcaption>The bridge. Photo: Sam Reed</figcaption></figure>
<p>The old bridge in <a href="/dale">Dale</a> was closed to all traffic on <b>Monday</b> after engineers
   found <em>deep cracks</em>.</p>
<p>The&nbsp;mayor of Dale said that repairs of the bridge would take at&#32;least three months.</p>
<blockquote><p>&ldquo;Nobody will drive over this bridge until it is sound again,&rdquo;
she told reporters.</p></blockquote>
<h2>What drivers should do</h2>
<p>{ROAD}</p>
<ul><li>{RULES[0]}</li><li>{RULES[1]}</li></ul>
<div class="related"><h3>Read also</h3><ul>
<li><a href="/a">Council votes on a new budget for schools</a></li></ul></div>
<p>{BUILT}</p></article>
<section id="comments" class="comments"><h2>Comments (1)</h2><div class="comment">
<p>It was about time that somebody did something about this bridge.</p></div></section></main>
<footer><p>&copy; 2024 The Dale Courier. All rights reserved.</p><a href="/p">Privacy policy</a></footer>
<script>var tracker = {{"a": "<p>1</p>"}};</script></body></html>"""
LINE_BREAKS = f"""<html><head><title>Bridge</title></head><body>
<div id=top><a href=/>Home</a> | <a href=/n>News</a></div>
<div class=story>{"<br><br>".join(STORY)}<br>The county pays for it.</div>
<div>Copyright 2024</div></body></html>"""
BARE_DIVS = f"""<html><body><div class="menu"><span>Home</span><span>News</span></div>
<div class="content">{"".join(f"<div>{part}</div>" for part in STORY)}</div></body></html>"""
FOR_MACHINES = """<html><head><script type="application/ld+json">[{"@type": "NewsArticle",
"headline": "Old bridge &amp; cracks", "articleBody": "STORY"}]</script></head>
<body><div id="app"></div><noscript>Please enable JavaScript.</noscript></body></html>""".replace(
    "STORY", r"\n\n".join(STORY)
)
LAYOUT_TABLE = f"""<html><body><table width=100%><tr><td><a href=/>Home</a></td>
<td>{"".join(f"<p>{part}</p>" for part in STORY)}</td></tr></table></body></html>"""
SHORT_WITH_TABLE = f"""<html><body><article><h1>Votes in Dale</h1><p>{LEAD}</p>
<table><tr><th>For</th><th>Against</th></tr><tr><td>1,200</td><td>800</td></tr></table>
<p>{MAYOR}</p></article></body></html>"""
NEVER_CLOSED = "<html><body><div><article>" + "".join(f"<p>{part}" for part in STORY) + '<p>More <a href="x'
ARABIC = "تم إغلاق الجسر القديم في المدينة أمام حركة المرور يوم الاثنين بعد العثور على شقوق."
MIXED_SCRIPTS = f"""<html dir="rtl"><body><article><p>{LEAD}</p><p>{ARABIC}</p>
<p>&#x202e;{MAYOR}</p><p>{ROAD} 桥梁已关闭。</p></article></body></html>"""
PAGES = {
    "news": NEWS_PAGE,
    "line breaks": LINE_BREAKS,
    "bare divs": BARE_DIVS,
    "for machines": FOR_MACHINES,
    "layout table": LAYOUT_TABLE,
    "never closed": NEVER_CLOSED,
}


def page(*paragraphs: str) -> str:
    """Return a plain page of paragraphs, which must hold no markup."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><body><article>{body}</article></body></html>"


# Markup as bad as it comes, whole pages among it. Surrogates cannot arrive.
_TAGS = """
    <p> </p> <div> </div> <article> <main> <br> <h1> <h2> <b> </b> <ul> <li> </ul> <table> <tr> <td>
    </table> <blockquote> <pre> <code> <q> <dl><dt> <script> </script> <style> <!-- --> --!> <!x
    <![CDATA[ ]]> <?php ?> <textarea> </textarea> <title> </title> <xmp> <plaintext> <iframe>
    <noscript> <svg> <html <frameset> <head> <template> <select> <option> <a/b/c/d=e/f> =' ="
    <figure> <time> <del> <hr> &#xD800; &#0; &#1 &#xfffe; &#x110000; &#99999999999; &amp &b; &nbsp;
    &lt;script&gt; < > / = ' " & ; x [[[
"""
_ATTRIBUTES = [" ", "\n", "</ x>", "<body ", "<html a1 a2>", "<body b=1>", " a1 a2 a3", "<img src=x alt=y>"]
_CHARACTERS = [*"\0\x01\x0b\x0c\x7f\x85\u2028\ufffe\ufeff\u202e😀", ARABIC]
_CLAIMS = [
    "<meta charset=utf-16>",
    "<meta property=og:title content='x'>",
    "<?xml version='1.0' encoding='shift_jis'?>",
    "<!DOCTYPE html [<!ENTITY b 'bbb'>]>",
    "<script type='application/ld+json'>",
    r'{"@type": "Article", "headline": "\ud800 x", "articleBody": "One.\n\u0000Two."}',
]
SCRAPS = [*STORY, *_TAGS.split(), *_ATTRIBUTES, *_CHARACTERS, *_CLAIMS, NEWS_PAGE, LINE_BREAKS, FOR_MACHINES]
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MARKUP = st.lists(st.one_of(st.sampled_from(SCRAPS), ANYTHING), max_size=40).map("".join)
