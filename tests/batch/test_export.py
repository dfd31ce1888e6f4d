import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import nbformat
import pandas as pd
import pytest
from nbconvert import exporters
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qaf_lib.analysis import results_table
from qaf_lib.batch.export import export_notebook, with_page_links
from qaf_lib.batch.page import lint_page
from qaf_lib.display import Note, precision_chart, share_table
from qaf_lib.display.passages import Figure, KeyFigures

TABLE = share_table(
    results_table(
        [{"table_id": "grades", "row_key": "good", "measure": "share", "x": 3, "n": 4, "estimate": 0.75}]
    ),
    caption="Grades of four cases",
    row_heading="Grade",
)
CHART = precision_chart(
    pd.DataFrame({"sample": [10, 60], "margin": [0.3, 0.1]}),
    chosen=60,
    caption="Precision by number of cases",
)


def shown(*things):
    return [new_output("display_data", thing._repr_mimebundle_()) for thing in things]


def page(*cells, **words):
    given = {"title": "Grades", "mark": "OFFICIAL-SENSITIVE", "subtitle": "Tinyshire, 2025-26 Q2", **words}
    return export_notebook(notebook=new_notebook(cells=list(cells)), **given)


def sound_page():
    return page(
        new_markdown_cell("# Grades\n\nHow good?"),
        new_markdown_cell("## All grades"),
        new_code_cell("show()", outputs=shown(Note("Four cases."), TABLE, CHART)),
        new_markdown_cell("## More"),
    )


def test_a_page_shows_words_tables_and_charts_and_keeps_every_rule():
    made = sound_page()
    assert lint_page(made.html) == []
    assert [chart.caption for chart in made.charts] == ["Precision by number of cases"]
    assert made.charts[0].svg == CHART.svg
    assert "Four cases." in made.html
    assert made.tables["grades"].rows["Count"].tolist() == [3]
    assert made.tables["grades"].caption == "Grades of four cases"


def test_a_page_holds_no_code_and_nothing_that_was_printed():
    printed = new_output("stream", name="stdout", text="printed secret")
    warned = new_output("stream", name="stderr", text="warned secret")
    made = page(new_code_cell("secret = 'code secret'", outputs=[printed, warned]))
    assert "secret" not in made.html


def test_an_error_says_that_a_section_is_missing_and_never_why():
    failed = new_output("error", ename="KeyError", evalue="0123456", traceback=["0123456"])
    made = page(new_code_cell("x", outputs=[failed]))
    assert "This section could not be produced." in made.html
    assert "0123456" not in made.html
    assert "KeyError" not in made.html


def test_the_same_notebook_gives_the_same_bytes_with_plain_line_ends():
    first, second = sound_page().html, sound_page().html
    assert first == second
    assert "\r" not in first


def test_the_policy_allows_the_one_style_by_its_checksum_and_nothing_else():
    html = sound_page().html
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in policy or f"style-src 'sha256-{digest}'" in policy
    assert "default-src" in policy
    assert "script-src" not in policy


def test_a_page_has_one_main_heading_and_skips_no_level():
    made = page(
        new_markdown_cell("# Own title"), new_markdown_cell("#### Deep"), new_markdown_cell("## Next")
    )
    assert re.findall(r"<h(\d)", made.html) == ["1", "2", "2"]
    assert "<h1>Grades</h1>" in made.html


def test_contents_link_to_the_sections_of_the_page():
    html = sound_page().html
    assert re.findall(r'<a href="#([a-z-]+)">', html) == ["contents", "all-grades", "more"]
    assert html.index('href="#contents"') < html.index('id="main"') < html.index('id="contents"')
    assert '<h2 id="all-grades">All grades</h2>' in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<p style="background:url(https://example.org)">x</p>',
    '<iframe src="https://example.org"></iframe>',
    '<img src="https://example.org/x.png" alt="a long enough alternative text">',
]


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize("kind", ["markdown", "output"])
def test_hostile_markup_is_taken_out(bad, kind):
    cell = (
        new_markdown_cell(f"## Section\n\n{bad}")
        if kind == "markdown"
        else new_code_cell("x", outputs=[new_output("display_data", {"text/html": bad})])
    )
    body = page(cell).html.split("<main", 1)[1]
    for word in ("<script", "onerror", "javascript:", "style=", "<iframe", "example.org"):
        assert word not in body, word


def test_the_mark_stands_at_head_and_foot_and_is_left_out_where_there_is_none():
    assert page(new_markdown_cell("## A")).html.count('<p class="mark">OFFICIAL-SENSITIVE</p>') == 2
    assert "OFFICIAL-SENSITIVE" not in page(new_markdown_cell("## A"), mark="").html


def test_a_heading_under_which_nothing_was_shown_is_left_out_and_others_stay():
    cells = [
        new_markdown_cell("# Page"),
        *(new_markdown_cell("## Its lists\n\nThe framework's own."), new_code_cell("lists(period)")),
        *(new_markdown_cell("## Findings"), new_markdown_cell("### Grades")),
        new_code_cell("grades(period)", outputs=[new_output("stream", text="many")]),
        *(new_markdown_cell("### Moderation"), new_code_cell("moderation(period)")),
        new_markdown_cell("## Words alone"),
    ]
    page = export_notebook(notebook=new_notebook(cells=cells), title="Page", mark="").html
    assert [word in page for word in ("Its lists", "Moderation", "Findings", "Grades", "Words alone")] == [
        *(False, False),
        *(True, True, True),
    ]


def notebook_file(folder, *cells):
    file = folder / "grades.ipynb"
    file.write_text(nbformat.writes(new_notebook(cells=list(cells))), encoding="utf-8")
    return file


def test_a_heading_over_closed_tables_alone_stands_on_the_screen_and_not_on_paper():
    closed = replace(TABLE, folded=True)
    made = page(
        new_markdown_cell("# Grades"),
        new_markdown_cell("## Looked up"),
        new_code_cell("a()", outputs=shown(closed, closed)),
        new_markdown_cell("## Told"),
        new_code_cell("b()", outputs=shown(closed, Note("Four cases."), closed)),
        new_markdown_cell("## Read"),
        new_code_cell("c()", outputs=shown(closed, TABLE)),
        new_markdown_cell("## Last"),
        new_code_cell("d()", outputs=shown(closed)),
    )
    assert re.findall(r'<h2 class="screen"[^>]*>([^<]*)', made.html) == ["Looked up", "Last"]
    assert re.findall(r'<h2 id="[^>]*>([^<]*)', made.html) == ["Told", "Read"]
    assert lint_page(made.html) == []


def test_nbconvert_makes_the_same_page_by_its_own_command(tmp_path):
    cells = [
        new_markdown_cell("# Grades\n\nHow good?"),
        new_markdown_cell("## All grades"),
        new_code_cell("show()", outputs=shown(Note("Four cases."), TABLE, CHART)),
        new_markdown_cell("## Nothing below"),
        new_code_cell("nothing()"),
    ]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--to", "qaf_report"),
            notebook_file(tmp_path, *cells),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "grades.html").read_text(encoding="utf-8")
    assert made == page(*cells, subtitle="").html
    assert lint_page(made) == []


def test_nbconvert_marks_a_page_as_it_is_told_and_titles_it_by_its_file_where_it_has_no_heading(tmp_path):
    file = notebook_file(tmp_path, new_markdown_cell("Words."))
    exporter = exporters.get_exporter("qaf_report")(mark="OFFICIAL")
    made, told = exporter.from_filename(str(file))
    assert told["output_extension"] == ".html"
    assert "<h1>grades</h1>" in made
    assert '<p class="mark">OFFICIAL</p>' in made


def test_the_save_and_export_menu_has_a_name_for_the_page():
    assert exporters.get_exporter("qaf_report").export_from_notebook == "QAF report"


def test_each_table_links_to_its_csv_and_the_same_name_for_two_tables_to_two():
    other = share_table(
        results_table(
            [{"table_id": "grades", "row_key": "good", "measure": "share", "x": 1, "n": 4, "estimate": 0.25}]
        ),
        caption="Grades of four others",
        row_heading="Grade",
    )
    cells = [new_markdown_cell("# Grades"), new_code_cell("show()", outputs=shown(TABLE, other, TABLE))]
    made = page(*cells, tables="../tables")
    assert re.findall(r'<p class="csv"><a href="([^"]+)">These figures as CSV</a>', made.html) == [
        "../tables/grades.csv",
        "../tables/grades-2.csv",
        "../tables/grades.csv",
    ]
    assert list(made.tables) == ["grades", "grades-2"]
    assert lint_page(made.html) == []
    assert '<p class="csv">' not in page(*cells).html


def test_a_notebooks_own_place_for_a_link_gets_none():
    forged = new_output("display_data", {"text/html": '<p class="csv"></p>'})
    made = page(new_code_cell("show()", outputs=[forged, *shown(TABLE)]), tables="../tables")
    assert '<p class="csv">' not in made.html


def test_words_on_another_page_lead_to_it_where_there_is_one():
    figures = KeyFigures(
        [Figure("63%", "good or better", page="Grades"), Figure("4", "overdue", page="Actions")]
    )
    decisions = replace(TABLE, rows=(("Name who leads", "Below (Grades)", "", ""),), pages={"Grades"})
    made = page(new_code_cell("show()", outputs=shown(figures, decisions)))
    linked = with_page_links(made, {"Grades": "grades.html"})
    assert lint_page(linked.html) == []
    assert '<dt><a href="grades.html">good or better</a></dt>' in linked.html
    assert "<dt>overdue</dt>" in linked.html  # its page was not produced
    assert '<td class="number">Below (<a href="grades.html">Grades</a>)</td>' in linked.html
    assert "<span" not in linked.html
    assert "good or better</a>" not in made.html


def test_a_page_of_another_site_is_no_page_of_the_edition():
    outputs = [new_output("display_data", {"text/html": '<span class="page" title="//x.org">away</span>'})]
    made = with_page_links(page(new_code_cell("show()", outputs=outputs)), {"Grades": "grades.html"})
    assert "x.org" not in made.html
    assert "away" in made.html
