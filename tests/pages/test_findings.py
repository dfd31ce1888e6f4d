"""What the audits of every type found stands on the page: drawn ones with intervals, chosen ones as counts."""

import pandas as pd
import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period, sections
from qaf_lib.pages.practice.restricted import restricted_lists

TOOLS = """\
tools:
  - tool_id: tiny
    version: "1"
    questions:
      - {question_id: voice, label: The child's voice, dimension: outcome}
      - {question_id: plan, label: The plan is clear, dimension: process, standard_id: law, must_answer: true,
         answers: [not met, partly met, met, not applicable]}
      - {question_id: better, label: The child is better off, dimension: outcome, answers: ["no", "yes", n/a]}
      - {question_id: care, label: The care plan fits, dimension: process, must_answer: true,
         only_for: {statuses: [looked_after]}, answers: [not met, met]}
  - tool_id: file
    version: "1"
    questions:
      - {question_id: regular, label: Supervision was regular, theme: Supervision, answers: [not met, partly met, met]}
standards: [{standard_id: law, label: The law, source: statutory}]
"""
TYPE = """\
audit_types:
  - {name: supervision_file, label: Supervision file audit, kind: supervision_file, tool_id: file, selection: SELECTED,
     counts_towards_coverage: false, counts_towards_estimates: false}
  - {name: visit, label: Audit of a visit, kind: process, tool_id: file, selection: themed,
     counts_towards_coverage: false, counts_towards_estimates: false}
"""
ONE_TOOL = 'tools:\n  - {tool_id: tiny, version: "1", questions: [{question_id: voice, label: The child\'s voice}]}\n'
TINY = "parameters/frameworks/tiny.yml"
CARE, NEED = [f"00{71000 + at}" for at in range(6)], [f"00{72000 + at}" for at in range(6)]
ANSWERS = "audit_id,question_id,answer\n"


def audit_ids(cases, day="2025-08-01", selection="random"):
    return [f"A-{selection}-{day}-{case}" for case in cases]


@pytest.fixture
def tools(project):
    project.change(TINY, ONE_TOOL, TOOLS)
    project.change(TINY, "audit_types:\n", TYPE.replace("SELECTED", "ad_hoc"))
    project.prepare()
    return project


def add_others(project, kind, cases, *, day="2025-08-05", selection="ad_hoc", theme=""):
    """Audits of another type than case files, without grades; their references."""
    path = project.root / "data" / "audit.csv"
    heading = (
        "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,team_id,audited_on,"
        "overall_grade"
    )
    if not path.exists():
        project.add_records("audit", heading + "\n")
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    if "theme" not in lines[0]:
        lines = [lines[0] + ",theme", *(line + "," for line in lines[1:])]
    ids = [f"{kind}-{day}-{case}" for case in cases]
    lines += [
        f"{name},{case},child,{kind},{selection},file,1,Auditor-1,T1,{day},,{theme}"
        for name, case in zip(ids, cases, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return ids


def answer(project, rows):
    project.add_records("answer", ANSWERS + "".join(",".join(row) + "\n" for row in rows))


def counts(table, key):
    return table[table["row_key"] == key].set_index("measure")["x"].to_dict()


def made(period):
    """The rows of the table of the other audits by type."""
    parts = sections.findings.others(period).parts
    return next(part for part in parts if getattr(part, "table_id", "") == "other_audits").rows


def found(period, name):
    return next(one for one in period.findings.found if one.label == name)


def test_every_type_with_audits_has_its_answers_and_the_others_are_named(tools):
    ids = add_others(tools, "supervision_file", CARE[:4])
    answer(tools, [(ids[0], "regular", "met"), (ids[1], "regular", "met"), (ids[2], "regular", "not met")])
    period = open_period(tools.file)
    file = found(period, "Supervision file audit")
    assert counts(file.checks, "regular") == {
        "met": 2,
        "partly met": 0,
        "not met": 1,
        "not applicable": 0,
        "not answered": 1,
    }
    assert file.shares.empty
    assert period.findings.none == ["Audit of a visit", "Case file audit", "Dip sample"]
    page = repr(sections.findings.others(period))
    assert made(period) == (("Supervision file audit", "4", "chosen ad hoc"),)
    assert "Supervision was regular" in page
    assert "Without an audit this period: Audit of a visit; Case file audit; Dip sample." in page


def test_a_chosen_case_has_counts_and_a_drawn_one_an_interval(tools):
    tools.add_audits(dict.fromkeys(CARE + NEED, "good"))
    tools.add_audits(dict.fromkeys(CARE[:3], "inadequate"), day="2025-08-20", selection="ad_hoc")
    every = audit_ids(CARE + NEED) + audit_ids(CARE[:3], "2025-08-20", "ad_hoc")
    answer(tools, [(audit, "plan", "met") for audit in every])
    period = open_period(tools.file)
    drawn, chosen = found(period, "Case file audit, drawn"), found(period, "Case file audit, not drawn")
    assert drawn.drawn
    assert drawn.shares[["row_key", "x"]].to_numpy().tolist() == [["plan", drawn.audits]]
    assert drawn.shares["low"].notna().all()
    assert chosen.shares.empty
    assert chosen.checks[["low", "high"]].isna().all(axis=None)
    assert counts(chosen.graded, "all")["inadequate"] == 3
    assert "95% interval" in repr(sections.findings.checks(period))
    assert "95% interval" not in repr(sections.findings.others(period))


def test_one_audit_is_found_once(tools):
    tools.add_audits(dict.fromkeys(CARE + NEED, "good"))
    tools.add_audits(dict.fromkeys(CARE[:3], "good"), day="2025-08-20", selection="themed")
    add_others(tools, "visit", NEED[:3], selection="themed")
    period = open_period(tools.file)
    assert sum(one.audits for one in period.findings.found) == len(period.store.audits_of_period) == 18


def test_fewer_than_three_audits_are_counted_and_what_they_found_is_not_shown(tools):
    ids = add_others(tools, "supervision_file", CARE[:2])
    answer(tools, [(audit, "regular", "not met") for audit in ids])
    period = open_period(tools.file)
    page = repr(sections.findings.others(period))
    why = "Fewer than 3 could tell of one person, so what they found is not shown."
    assert made(period) == (("Supervision file audit", "2", "chosen ad hoc", why),)
    assert "Supervision was regular" not in page


def test_answers_in_words_of_their_own_are_placed_and_said_so(tools):
    tools.add_audits(dict.fromkeys(CARE[:3], "good"), selection="ad_hoc")
    ids = audit_ids(CARE[:3], selection="ad_hoc")
    answer(tools, [(ids[0], "better", "yes"), (ids[1], "better", "no"), (ids[2], "better", "not applicable")])
    period = open_period(tools.file)
    table = found(period, "Case file audit, not drawn").checks
    assert counts(table, "better") == {
        "met": 1,
        "partly met": 0,
        "not met": 1,
        "not applicable": 1,
        "not answered": 0,
    }
    assert '"yes" counts as met' in repr(sections.findings.others(period))


def test_a_question_for_some_cases_is_not_missed_in_the_others(tools):
    tools.add_audits(dict.fromkeys([*CARE[:2], *NEED[:2]], "good"), selection="ad_hoc")
    ids = audit_ids([*CARE[:2], *NEED[:2]], selection="ad_hoc")
    answer(tools, [*((audit, "plan", "met") for audit in ids), (ids[0], "care", "met")])
    period = open_period(tools.file)
    chosen = found(period, "Case file audit, not drawn")
    assert counts(chosen.checks, "care")["not answered"] == 1
    assert chosen.incomplete == 1
    blank = restricted_lists(period.store)["left_blank"]
    assert blank["left_blank"].tolist() == ["The care plan fits"]
    assert "leave a question blank that must be answered: Case file audit, not drawn 1 of 4." in repr(
        sections.findings.others(period)
    )


def test_an_audit_that_came_without_answers_is_named_as_that(tools):
    tools.add_audits(dict.fromkeys(NEED[:2], "good"), selection="ad_hoc")
    answer(tools, [(audit_ids(NEED[:2], selection="ad_hoc")[0], "plan", "not applicable")])
    blank = restricted_lists(open_period(tools.file).store)["left_blank"]
    assert blank["left_blank"].tolist() == ["no answer came with this audit"]


def test_a_tool_that_refuses_blanks_asks_for_every_answer(tools):
    tools.change(
        TINY,
        '  - tool_id: file\n    version: "1"\n',
        '  - tool_id: file\n    version: "1"\n    blank_refused: true\n',
    )
    ids = add_others(tools, "supervision_file", CARE[:3])
    answer(tools, [(audit, "regular", "met") for audit in ids[:2]])
    blank = restricted_lists(open_period(tools.file).store)["left_blank"]
    assert len(blank) == 1


def test_without_answers_nothing_is_called_blank(tools):
    tools.add_audits(dict.fromkeys(NEED[:3], "good"), selection="ad_hoc")
    assert restricted_lists(open_period(tools.file).store)["left_blank"].empty


def test_process_and_outcome_stand_side_by_side(tools):
    tools.add_audits(dict.fromkeys(NEED[:3], "good"), selection="ad_hoc")
    ids = audit_ids(NEED[:3], selection="ad_hoc")
    answer(tools, [*((audit, "plan", "met") for audit in ids), (ids[0], "better", "no")])
    table = sections.findings.in_short(open_period(tools.file)).parts[0]
    assert table.rows == (("Case file audit, not drawn", "3", "3", "3", "3", "3", "1", "0"),)


def test_a_process_audit_is_counted_over_its_cycles(tools):
    before = add_others(tools, "visit", NEED[:3], day="2025-05-06", selection="themed")
    now = add_others(tools, "visit", CARE[:3], selection="themed", theme="Supervision")
    answer(
        tools,
        [*((audit, "regular", "not met") for audit in before), *((audit, "regular", "met") for audit in now)],
    )
    visit = found(open_period(tools.file), "Audit of a visit")
    assert visit.cycles.loc[visit.cycles["measure"] == "met", ["row_key", "x"]].to_numpy().tolist() == [
        ["2025-26 Q1", 0],
        ["2025-26 Q2", 3],
    ]
    assert counts(visit.themes, "Supervision")["met"] == 3


def test_a_theme_of_fewer_than_three_audits_is_left_out_and_said_so(tools):
    three = add_others(tools, "visit", CARE[:3], selection="themed", theme="Supervision")
    two = add_others(tools, "visit", NEED[:2], selection="themed", theme="Planning")
    answer(tools, [(audit, "regular", "met") for audit in (*three, *two)])
    period = open_period(tools.file)
    assert found(period, "Audit of a visit").themes["row_key"].unique().tolist() == ["Supervision"]
    assert "A theme of fewer than 3 audits is left out." in repr(sections.findings.others(period))


def test_cases_that_should_be_drawn_and_are_of_no_draw_are_counted_and_said_so(tools):
    tools.change(TINY, "selection: ad_hoc", "selection: random")
    ids = add_others(tools, "supervision_file", CARE[:3])
    answer(tools, [(audit, "regular", "met") for audit in ids])
    shown = repr(sections.findings.others(open_period(tools.file)))
    assert "Chance is to pick their cases; no draw is recorded, so these are counted only." in shown


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "only_for: {statuses: [looked_after]}",
            "only_for: {statuses: [adopted]}",
            "statuses not eligible: adopted",
        ),
        ("only_for: {statuses: [looked_after]}", "only_for: {}", "must name statuses or services"),
        (
            "must_answer: true,\n         only_for",
            "must_answer: true, evidence: survey,\n         only_for",
            "never asked",
        ),
    ],
)
def test_a_question_that_can_never_be_asked_is_refused(tools, old, new, words):
    tools.change(TINY, old, new)
    with pytest.raises(InputError, match=words):
        tools.parameters()


def test_no_audit_at_all_is_said(project):
    period = open_period(project.file)
    assert period.findings.found == []
    assert "Without an audit this period: Case file audit; Dip sample." in repr(
        sections.findings.others(period)
    )
    assert isinstance(period.took_part, pd.DataFrame)


def test_the_grades_of_two_tools_on_the_same_cases_are_compared_once_each_case(tools):
    again = "{name: visit, label: Audit of a visit, kind: process, looks_again_at: case_file,"
    tools.change(TINY, "{name: visit, label: Audit of a visit, kind: process,", again)
    tools.add_audits(dict.fromkeys(CARE[:4], "good"))
    add_others(tools, "visit", CARE[:3], selection="themed")
    path = tools.root / "data" / "audit.csv"
    text = path.read_text(encoding="utf-8").replace("2025-08-05,,", "2025-08-05,good,", 2)
    path.write_text(text.replace("2025-08-05,,", "2025-08-05,inadequate,"), encoding="utf-8", newline="\n")
    period = open_period(tools.file)
    (one,) = period.tools_compared
    assert one.pairs == 3
    exact = one.agreement.set_index("measure").loc["exact"]
    assert (exact["x"], exact["n"]) == (2, 3)
    page = repr(sections.findings.others(period))
    assert "Audit of a visit, beside Case file audit: 3 cases were audited both ways with a grade." in page
    assert "fewer than 20" in page


def test_types_that_share_a_tool_stand_side_by_side_in_one_table(tools):
    ids = add_others(tools, "supervision_file", CARE[:3]) + add_others(tools, "visit", NEED[:3])
    answer(tools, [(name, "regular", "met") for name in ids[:4]] + [(ids[4], "regular", "not met")])
    tables = sections.findings.others(open_period(tools.file)).parts
    (shared,) = [part for part in tables if getattr(part, "table_id", "") == "other_file"]
    assert shared.headings == ("Question", "Supervision file audit", "Audit of a visit")
    assert shared.rows == (("Supervision was regular", "3 of 3", "1 of 2"),)


def test_a_type_may_look_again_only_at_a_type_there_is(tools):
    tools.change(TINY, "kind: process,", "kind: process, looks_again_at: nowhere,")
    with pytest.raises(InputError, match="looks_again_at names no audit type"):
        open_period(tools.file)
