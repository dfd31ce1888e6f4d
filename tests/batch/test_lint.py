from base64 import b64encode
from hashlib import sha256

import pytest

from qaf_lib.batch.page import lint_page

STYLE = "p { margin: 0 }"
DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
SOUND = (
    '<!DOCTYPE html><html lang="en-GB"><head>'
    f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{DIGEST}'\">"
    f"<title>Grades</title><style>{STYLE}</style></head><body><h1>Grades</h1><h2 id='a'>All</h2>"
    "<table><caption>Grades</caption><tr><th scope='col'>Grade</th></tr></table>"
    "<img src='data:image/png;base64,AA==' alt='63% good or better, 52% to 73%'>"
    "<a href='../index.html'>All reports</a></body></html>"
)

BROKEN = {
    "the language": ('lang="en-GB"', 'lang="en"', "the language is not en-GB"),
    "the title": ("<title>Grades</title>", "<title> </title>", "no title"),
    "a second main heading": ("<h2 id='a'>All</h2>", "<h1>All</h1>", "2 main headings"),
    "a skipped level": ("<h2 id='a'>All</h2>", "<h3>All</h3>", "heading of level 3 after level 1"),
    "a script": ("</body>", "<script></script></body>", "script element"),
    "a handler": ("<h1>", "<h1 onclick='x()'>", "onclick handler on h1"),
    "a style": ("<h1>", "<h1 style='color:red'>", "style attribute on h1"),
    "an address": ("../index.html", "https://example.org", "address beyond the page in href of a"),
    "an address without a scheme": ("../index.html", "//example.org", "address beyond the page in href of a"),
    "a short alternative text": (
        "63% good or better, 52% to 73%",
        "chart",
        "image without a real alternative text",
    ),
    "a placeholder": (
        "63% good or better, 52% to 73%",
        "No description has been provided",
        "image without a real",
    ),
    "a caption": ("<caption>Grades</caption>", "", "table without caption"),
    "a scope": (" scope='col'", "", "heading cell without scope"),
    "an id": ("<h1>", "<h1 id='a'>", "id a stands twice"),
    "the policy": ("default-src 'none'", "default-src *", "no strict content-security policy"),
    "the checksum": ("margin: 0", "margin: 1", "a style whose checksum the policy lacks"),
}


def test_a_sound_page_has_no_fault():
    assert lint_page(SOUND) == []


@pytest.mark.parametrize("what", sorted(BROKEN))
def test_each_rule_is_kept(what):
    old, new, fault = BROKEN[what]
    assert old in SOUND
    assert any(found.startswith(fault) for found in lint_page(SOUND.replace(old, new)))


def test_a_page_may_be_as_large_as_its_budget_and_no_larger():
    size = len(SOUND.encode())
    assert lint_page(SOUND, budget_bytes=size) == []
    assert lint_page(SOUND, budget_bytes=size - 1) == [f"the page has more than {size - 1:,} bytes"]
