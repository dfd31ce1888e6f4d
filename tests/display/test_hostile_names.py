"""Names that look like markup, formulas or control characters reach a page as the words they are."""

import base64
import re
import unicodedata
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output
from typer.testing import CliRunner

from qaf_lib.analysis import results_table
from qaf_lib.analysis.comparison import funnel
from qaf_lib.batch.export import export_notebook
from qaf_lib.batch.page import lint_page
from qaf_lib.cli import app
from qaf_lib.display import Card, Cards, Note, Passage, count_table, interval_dots, plain_table, share_table
from qaf_lib.display.charts import funnel_chart
from qaf_lib.errors import InputError
from qaf_lib.files import write_csv
from qaf_lib.intake.cells import tidy
from qaf_lib.pages import open_period
from qaf_lib.pages.actions import sections as actions
from qaf_lib.text import without_unseen

HOSTILE = [
    *("[/b]", "[bold red]x[/]", "<script>alert(1)</script>", "<b>North", "&lt;i&gt; & co", '"><img src=x>'),
    *("$x^", r"$\frac{1}{", "cost $5 and $6", r"\LaTeX \n", "{{ 7 * 7 }}", "{% raw %}", "{0} %s %(x)d 100%"),
    *("# Head", "**bold** _it_", "[a](javascript:alert(1))", "=cmd|' /C calc'!A0", "+1", "@sum(1)", "---"),
    *(":cat:", "a\tb", "x" * 200),
]
UNSEEN = "a\x07b\x9bc\u202ed\u2066e\u200bf\u200fg\ufeffh\x1bi\u2028j"
LIMITS = pd.DataFrame({"n": [1, 20], "low_95": 0.1, "high_95": 0.9, "low_99.8": 0.0, "high_99.8": 1.0})


def rows(name):
    return results_table(
        {"table_id": "t", "row_key": key, "measure": "share", "x": 3, "n": 4, "estimate": 0.75, "low": 0.2,
         "high": 0.9}
        for key in dict.fromkeys((name, "South"))
    )  # fmt: skip


def in_words(name):
    return [
        *(Note(name), Passage([name], "quotation"), Cards([Card(name, [name])])),
        share_table(rows(name), caption=name, row_heading=name, labels={name: name}, note=name),
        count_table(rows(name).assign(table_id="c"), caption="Counts", row_heading="Team"),
        plain_table(pd.DataFrame({name: [name]}), table_id="p", caption="Plain", headings={name: name}),
    ]


def drawn(name):
    teams = pd.DataFrame({"team": [name, "b", "c"], "x": [16, 15, 4], "n": [20, 20, 20]})
    return [
        interval_dots(rows(name), caption=name),
        funnel_chart(funnel(teams=teams, table_id="f"), LIMITS, caption=name),
    ]


def page_of(name, shown):
    outputs = [new_output("display_data", thing._repr_mimebundle_()) for thing in shown]
    notebook = new_notebook(cells=[new_code_cell("show()", outputs=outputs)])
    return export_notebook(notebook=notebook, title=name, mark="OFFICIAL", subtitle=name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_looks_like_markup_is_shown_as_it_is(name):
    made = page_of(name, in_words(name) + drawn(name))
    assert lint_page(made.html) == []
    text = unescape(re.sub(r"<[^>]*>", " ", made.html))
    assert text.count(name) >= 8
    assert "49" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_file_of_numbers_never_runs_as_a_formula(name, tmp_path):
    write_csv(tmp_path / "table.csv", pd.DataFrame({"team": [name], "x": [1]}))
    cell = pd.read_csv(tmp_path / "table.csv", dtype=str)["team"][0]
    assert cell in (name, f"'{name}")
    assert not cell.startswith(("=", "+", "-", "@"))


def test_a_chart_writes_a_dollar_as_a_dollar():
    one, two = (interval_dots(rows(name), caption="c").to_html() for name in ("$x^", "$x$"))
    assert one != two
    assert all(base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]) for html in (one, two))


def test_no_page_holds_a_character_that_nobody_sees():
    page = page_of(UNSEEN, in_words(UNSEEN)).html
    assert without_unseen(page) == page
    assert "abcdefghi j" in page


@given(st.text())
def test_cells_keep_what_is_seen_and_nothing_else(text):
    kept = tidy(text)
    assert without_unseen(kept) == kept
    assert not {unicodedata.category(letter) for letter in kept} & {"Cs", "Zl", "Zp"}
    assert all(letter in "\t\n\r" for letter in kept if unicodedata.category(letter) == "Cc")
    assert tidy(kept) == kept


def test_an_unseen_character_of_a_parameter_or_framework_file_is_dropped(project):
    project.change("parameters/tiny.yml", "council: Tinyshire", r'council: "Tiny\a\u202Eshire"')
    project.change("parameters/frameworks/tiny.yml", "label: Dip sample", r'label: "Dip\u200B sample\x1B"')
    parameters = project.parameters()
    assert parameters.council == "Tinyshire"
    assert parameters.rules.audit_types[1].label == "Dip sample"


def test_two_keys_that_look_alike_are_one_key_repeated(project):
    with pytest.raises(InputError, match="the key council is repeated"):
        project.parameters("framework: tiny", '"counc\\u200Bil": Other\nframework: tiny')


@pytest.mark.parametrize("command", ["run", "check", "draw"])
def test_markup_in_a_name_never_stops_a_command(project, command):
    project.change("parameters/tiny.yml", "council: Tinyshire", "council: 'Tiny [/b] [red]shire'")
    (project.root / "data/cases.csv").unlink()
    ended = CliRunner().invoke(app, [command, str(project.file)], env={"FORCE_COLOR": "1"})
    told = ended.output if command == "run" else str(ended.exception)  # a run says it and goes on to others
    assert "data/cases.csv: no such file" in told
    assert ended.exit_code == 2 or isinstance(ended.exception, InputError), ended.exception


def test_check_shows_words_in_brackets_on_a_terminal_as_they_are(project):
    project.change("data/cases.csv", "looked_after", "[/b]")
    project.parameters("draws:", "set_aside: {case: {at_most: 0.9, because: a trial of brackets}}\ndraws:")
    ended = CliRunner().invoke(app, ["check", str(project.file)], env={"FORCE_COLOR": "1"})
    assert ended.exception is None, ended.exception
    assert "[/b]" in ended.output


def test_a_team_with_a_hostile_name_has_its_page_and_its_tables(project):
    name = "<b>$x^ [/b] {{ 7 }} %s"
    project.change("data/team.csv", "North team", name)
    project.add_audits({"0071000": "inadequate"})
    period = open_period(project.file)
    assert period.team("T1").name == name
    section = actions.held(period)
    made = page_of(name, section.parts)
    assert lint_page(made.html) == []
    assert "<title>&lt;b&gt;$x^ [/b] {{ 7 }} %s" in made.html
