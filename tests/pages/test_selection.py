"""How an audit's case came up is judged once, so that no two pages say different things of it."""

import pandas as pd
import pytest

from qaf_lib.pages import open_period, sections
from qaf_lib.pages.selections import CHOSEN, HOW, by_chance, how_chosen
from qaf_lib.register import TABLES

CASES = [f"00{number}" for number in [*range(71000, 71006), *range(72000, 72006)]]


@pytest.mark.parametrize(
    ("selection", "draw_id", "how"),
    [
        ("random", "D1", "drawn"),
        ("panel", "D1", "drawn"),
        ("census", "D1", "census"),
        ("random", None, "random"),
        ("panel", None, "panel"),
        ("not_drawn", None, "not_drawn"),
        ("ad_hoc", None, "ad_hoc"),
    ],
)
def test_an_audit_is_drawn_only_where_a_draw_has_its_case(selection, draw_id, how):
    audits = pd.DataFrame({"selection": [selection], "draw_id": pd.array([draw_id], dtype="string")})
    assert how_chosen(audits).tolist() == [how]
    assert by_chance(audits).tolist() == [how not in CHOSEN]


def test_every_selection_of_the_register_has_its_words():
    choices = next(column.choices for column in TABLES["audit"].columns if column.name == "selection")
    assert set(choices) <= set(HOW)


@pytest.mark.parametrize("called", ["random", "panel"])
def test_every_page_says_the_same_of_an_audit_that_no_draw_has(project, called):
    project.prepare()
    project.add_audits(dict.fromkeys(CASES, "good"), selection=called)
    period = open_period(project.file)
    drawn = len(period.draw_views[0].responses)
    programme = period.programme.audits.set_index("measure")["x"]
    assert programme.to_dict() == {"drawn at random": drawn, "called random, not drawn": 12 - drawn}
    chosen = period.grades[0].non_random
    assert set(chosen["row_key"]) == {"called random, not drawn"}
    assert set(chosen["n"]) == {12 - drawn}
    by_draw = {one.drawn: one for one in period.findings.found}
    assert by_draw[True].audits == drawn
    assert by_draw[False].how[["row_key", "x"]].to_numpy().tolist() == [
        ["called random, not drawn", 12 - drawn]
    ]
    shown = repr(sections.findings.others(period)) + repr(sections.programme.audits(period))
    assert "called random, not drawn" in shown.lower()
