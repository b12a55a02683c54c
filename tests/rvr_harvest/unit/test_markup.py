from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.markup import plain_text, to_markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("Ohne HTML, 3 < 5 & *so*", "Ohne HTML, 3 < 5 & *so*"),
        ("# Markdown\n\n- bleibt", "# Markdown\n\n- bleibt"),
        ("Stra&szlig;en &amp; Pl&auml;tze", "Straßen & Plätze"),
        ("<p>Eins.</p>\r\n<p>&nbsp;</p>\n<p>Zwei.</p>", "Eins.\n\nZwei."),
        ("<div><p>Eins<br />zwei</p></div>", "Eins  \nzwei"),
        ("<p>Ein <strong> starkes </strong>Wort</p>", "Ein **starkes** Wort"),
        ("<h2>Inhalt</h2><p>Text</p>", "**Inhalt**\n\nText"),
        ("<ul><li>eins<ul><li>tief</li></ul></li><li><p>zwei</p></li></ul>Ende", "- eins\n    - tief\n- zwei\n\nEnde"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n1. b"),
        ('<a href="https://example.de/a (1)">Liste</a>', "[Liste](https://example.de/a%20%281%29)"),
        ('<a href="javascript:alert(1)">Liste</a>', "Liste"),
        ('<p onclick="x()">Text<script>alert(1)</script></p>', "Text"),
        ("<p>2 * 3 * 4 und &lt;b&gt;</p>", r"2 \* 3 \* 4 und &lt;b>"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A B  \n1 2"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Baumkataster <b>2024</b>", "Baumkataster 2024"),
        ("Werte &lt; 5 &amp; &gt; 3", "Werte < 5 & > 3"),
        ("Werte < 5 und > 3", "Werte < 5 und > 3"),
        ("  zwei\n Zeilen ", "zwei Zeilen"),
    ],
)
def test_titles_lose_their_markup(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(alphabet="<>/&;abpliu \"='*[]()\n!-", max_size=60))
def test_no_text_makes_a_tag_of_markdown_or_an_error(text: str) -> None:
    plain_text(text)
    markdown = to_markdown(f"<p>{text}</p>")
    assert "<script" not in markdown
    assert "\ue000" not in markdown


@pytest.mark.parametrize(
    "piece", ["<ul>", "<b>", "<p", "<a href=x>", "&", "<li>", "<table>", "<", "<!--", "&amp", "<a "]
)
def test_hostile_descriptions_take_no_time(piece: str) -> None:
    begun = time.process_time()
    to_markdown(piece * (300_000 // len(piece)))
    plain_text(piece * (300_000 // len(piece)))
    assert time.process_time() - begun < 2
