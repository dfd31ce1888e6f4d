"""The analyst's words stand under the sections they name, cleaned, or the file is refused with the line."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qaf_lib.batch.commentary import read_commentary, sections_of, with_commentary
from qaf_lib.batch.export import export_notebook
from qaf_lib.errors import InputError

PAGES = {"grades": ["Overall", "By team"], "voice": ["Surveys"]}
NOTEBOOK = new_notebook(
    cells=[
        new_markdown_cell("# Grades"),
        new_markdown_cell("## Overall\n\nHow good?"),
        new_code_cell("show()", outputs=[new_output("stream", text="x")]),
        new_markdown_cell("### Within"),
        new_markdown_cell("## By team"),
        new_code_cell("nothing()"),
    ]
)


def read(folder, text):
    file = folder / "words.md"
    file.write_text(text, encoding="utf-8")
    return read_commentary(file, named="words.md", pages=PAGES)


def page(words):
    return export_notebook(notebook=NOTEBOOK, title="Grades", mark="", words=words).html


def test_words_are_read_by_page_and_section(tmp_path):
    text = "\ufeff\n# grades\n\n## Overall\nSteady *work*.\n\n* One\n## By team ##\nNorth.\n# voice\n## Surveys\nMore.\n"
    assert read(tmp_path, text) == {
        "grades": {"Overall": "Steady *work*.\n\n* One\n", "By team": "North.\n"},
        "voice": {"Surveys": "More.\n"},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# practise\n", r"words\.md, line 1: page 'practise' is unknown\. Name one of grades, voice\."),
        ("# voice\n## Overall\n", r"line 2: section of voice 'Overall' is unknown\. Name one of Surveys\."),
        ("# voice\n## Surveys\nx\n## Surveys\n", r"line 4: Surveys stands twice\."),
        ("Hello.\n", r"line 1: words before a section\."),
        ("# voice\nHello.\n", r"line 2: words before a section\."),
        ("## Surveys\n", r"line 1: a heading of this level\."),
        ("# voice\n## Surveys\n### Deep\n", r"line 3: a heading of this level\."),
    ],
)
def test_words_that_belong_nowhere_are_refused_with_the_line(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    for content in (None, b"\xff\xfe\x00"):
        if content:
            (tmp_path / "words.md").write_bytes(content)
        with pytest.raises(InputError, match=r"words\.md: no such file, or no text in UTF-8"):
            read_commentary(tmp_path / "words.md", named="words.md", pages=PAGES)


def test_a_notebook_tells_its_sections():
    assert sections_of(NOTEBOOK) == ["Overall", "By team"]


def test_words_stand_under_their_heading_as_a_quotation_and_keep_it():
    made = page({"Overall": "Steady *work*.\n\n* One", "By team": "North is new."})
    quoted = "<blockquote>\n<p>Steady <em>work</em>.</p>\n<ul>\n<li>One</li>\n</ul>\n</blockquote>"
    assert made.index("How good?") < made.index(quoted)
    assert "<p>North is new.</p>" in made
    assert '<h2 id="by-team">By team</h2>' in made  # its section has nothing else to show


def test_where_there_are_no_words_nothing_stands_in_their_place():
    assert "blockquote>" not in page({})
    assert 'id="by-team"' not in page({})
    assert with_commentary(NOTEBOOK, {"Overall": "  \n"}) == NOTEBOOK


@pytest.mark.parametrize(
    "words",
    [
        "<script>x</script>",
        "<img src=https://example.org/x.png>",
        "[link](https://example.org)",
        "<b style='x'>y</b>",
    ],
)
def test_markup_in_words_is_cleaned_like_all_else(words):
    made = page({"Overall": f"Steady {words}"})
    assert "Steady" in made
    for bad in ("<script", "example.org", "style='x'"):
        assert bad not in made
