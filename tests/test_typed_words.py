"""What people type: recorded as it came, on a page only where it is reviewed or a known word."""

import pandas as pd
import pytest

from qaf_lib.check import check_period
from qaf_lib.errors import InputError
from qaf_lib.intake.labels import OTHER
from qaf_lib.pages import open_period
from qaf_lib.pages.actions import sections as actions
from qaf_lib.pages.programme import sections as programme
from qaf_lib.pages.store import PeriodStore, own_words
from qaf_lib.register import TABLES

TYPED = "Zachary Quill"
STAFF = "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
RECORDS = {
    "answer": f"audit_id,question_id,standard_id,theme,answer\nA1,voice,{TYPED},{TYPED},good\n",
    "escalation": f"escalation_id,audit_id,tier,found_at,told_post\nE1,A1,1,2025-08-01,{TYPED}\n",
    "action": "action_id,source,theme,standard_id,title,owner_post,due_on,reviewed,second_owner_post\n"
    f"C1,audit,{TYPED},{TYPED},Ask {TYPED},{TYPED},2025-08-31,,{TYPED}\n"
    f"C2,audit,{TYPED},{TYPED},Ask {TYPED},{TYPED},2025-08-31,no,{TYPED}\n",
    "action_event": "action_id,event_no,on,status,approved_by_post\n"
    f"C1,1,2025-08-02,approved,{TYPED}\nC2,1,2025-08-02,blocked,{TYPED}\n",
    "duty_event": "event_id,kind,duty_id,due_on,by_post,theme,report_type\n"
    f"D1,meeting,{TYPED},2025-08-01,{TYPED},{TYPED},{TYPED}\n",
    "feedback": "feedback_id,kind,instrument,respondent,theme,received_on,score,item\n"
    f"F1,survey,{TYPED},{TYPED},{TYPED},2025-08-01,{TYPED},\n"
    f"F2,survey,{TYPED},{TYPED},{TYPED},2025-08-01,{TYPED},{TYPED}\n",
    "project": "project_id,block,title,on,frequency,officer_post,requested_by_post,theme\n"
    f"P1,audit,About {TYPED},2025-08-01,{TYPED},{TYPED},{TYPED},{TYPED}\n",
    "moderation": "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade,stage\n"
    f"M1,A1,S9,2025-08-02,random,no,good,good,{TYPED}\n",
    "exemption": f"staff_id,duty_id,starts_on,approved_by_post\nS9,{TYPED},2025-08-01,{TYPED}\n",
    "good_practice": "source,on,title,theme,by_post,shared_with\n"
    f"champion,2025-08-01,About {TYPED},{TYPED},{TYPED},{TYPED}\n",
    "indicator": f"indicator_id,period,numerator,denominator\n{TYPED},2025-26 Q2,1,2\n"
    f"Another {TYPED},2025-26 Q2,1,2\n",
}
AUDIT = (
    "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,team_id,audited_on,overall_grade,theme\n"
    f"A1,0071000,child,case_file,random,tiny,{TYPED},T1,2025-08-01,good,{TYPED}\n"
)
LABELS = {
    "case": ["service"],
    "answer": ["standard_id", "theme"],
    "escalation": ["told_post"],
    "action": ["theme", "standard_id", "owner_post", "second_owner_post"],
    "audit": ["theme"],
    "moderation": ["stage"],
    "action_event": ["approved_by_post"],
    "duty_event": ["duty_id", "by_post", "theme", "report_type"],
    "exemption": ["duty_id", "approved_by_post"],
    "good_practice": ["theme", "by_post", "shared_with"],
    "feedback": ["instrument", "respondent", "theme", "score"],
    "survey_answer": ["item"],
    "project": ["frequency", "officer_post", "requested_by_post", "theme"],
    "team": ["name", "service", "locality", "division"],
    "staff": ["role", "service"],
    "indicator": ["indicator_id"],
}
MADE_OR_KEYS = {
    *("seq", "snapshot_id", "source", "sha256", "draw_id", "allocation_id", "source_sha256", "period"),
    *("purpose", "audit_type", "design", "frame_sha256", "framework_sha256", "kit_version", "reason"),
    *("replaces_draw_id", "exclusion_reason", "replacement_reason", "end_reason", "tool_id", "tool_version"),
    *("reading_id", "table_name", "days", "sha256s", "rows_sha256", "team_id", "stratum"),
    *("age_band", "gender", "ethnicity_group", "status", "question_id", "answer", "overall_grade"),
    *("audit_grade", "moderated_grade"),
    *("audit_id", "reaudit_of", "moderation_id", "escalation_id", "action_id", "source_id", "event_id"),
    *("feedback_id", "project_id", "practice_id", "exemption_id", "exercise_id"),
}
"""Made by the kit, pseudonyms, or columns whose unknown words set their row aside or are read anew."""


@pytest.fixture
def typed(project):
    """A small period with the same words typed into every column that can become a label."""
    project.change("data/cases.csv", "0071001,child,Care,", f"0071001,child,{TYPED},")
    project.add_records("audit", AUDIT)
    for table, text in RECORDS.items():
        project.add_records(table, text)
    return project


def store_of(project):
    return PeriodStore(parameters=project.parameters(), folder=project.prepare().store)


def words_in(table):
    return {str(word) for name in table for word in table[name].dropna().unique()}


def test_a_word_nobody_knows_is_recorded_as_it_came_and_stands_in_no_table_of_the_period(typed):
    store = store_of(typed)
    for path in sorted(store._folder.glob("*.parquet")):
        held = [word for word in words_in(pd.read_parquet(path)) if "quill" in word.lower()]
        assert held == [], path.name
    for table, columns in LABELS.items():
        for column in columns if table in RECORDS | {"case": ""} and table != "indicator" else []:
            assert OTHER in store.table(table)[column].tolist(), f"{table}.{column}"
    assert store.table("indicator").empty
    assert typed.register("action")["owner_post"].tolist() == [TYPED] * 2
    assert typed.register("case")["service"].tolist().count(TYPED) == 1
    assert not any(TYPED in word for word in own_words(store))


def test_every_text_column_of_the_store_is_a_label_of_known_words_a_choice_or_made_by_the_kit():
    left = {
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        if table.name not in ("identity", "edition", "vault", "retirement", "computed_indicator")
        for column in table.columns
        if column.type == "s" and not column.mark and not column.choices
        if column.name not in MADE_OR_KEYS and column.name not in LABELS.get(table.name, [])
        if (table.name, column.name) != ("feedback", "item")  # held in the store's table survey_answer
    }
    assert left == set()


def test_check_counts_unknown_words_and_names_only_those_that_two_rows_carry(typed):
    words = "\n".join(line for table in check_period(typed.file).tables for line in table.plain)
    theme = 'column theme; rule is no theme of the framework; "other" on the pages'
    assert f"table action; {theme}; value {TYPED}; outcome row kept; rows 2" in words
    assert f"table feedback; {theme}; value {TYPED}; outcome row kept; rows 2" in words
    assert "action: 2 of 2 titles, not marked as reviewed" in words
    assert "project: 1 of 1 titles, not marked as reviewed" in words


def test_no_page_shows_what_was_typed_and_the_label_stands_instead(typed):
    typed.change("parameters/frameworks/tiny.yml", "label: The child's voice}", "label: V, theme: Voice}")
    typed.change("data/action.csv", f"C2,audit,{TYPED},", "C2,audit,Voice,")
    period = open_period(typed.file)
    shown = [actions.standing_still(period), actions.overdue(period), programme.blocks(period)]
    html = "".join(part.to_html() for section in shown for part in section.parts)
    assert "Quill" not in html
    assert "Voice" in html
    assert "Audit projects" in html


def test_a_title_that_is_reviewed_is_shown(typed):
    typed.change("data/action.csv", "2025-08-31,no", "2025-08-31,yes")
    period = open_period(typed.file)
    assert f"Ask {TYPED}" in period.actions.states["title"].tolist()
    assert (period.actions.states["title"] == f"Ask {TYPED}").sum() == 1


def test_a_standard_is_the_title_before_a_theme(typed):
    typed.change(
        "parameters/frameworks/tiny.yml",
        "audit_types:",
        "standards: [{standard_id: s1, label: Seen alone, source: statutory}]\naudit_types:",
    )
    typed.change("data/action.csv", f"C2,audit,{TYPED},{TYPED},", f"C2,audit,{TYPED},S1,")
    titles = open_period(typed.file).actions.states.set_index("owner_post")["title"]
    assert sorted(titles) == ["Action without a reviewed title", "Seen alone"]


def test_a_post_of_the_staff_table_and_a_service_of_the_parameters_are_known(typed):
    typed.add_records("staff", f"{STAFF}S1,Ida Vale,{TYPED},T1,Care,1,2020-01-01,true,false\n")
    typed.change(
        "parameters/tiny.yml",
        "{cases: data/cases.csv,",
        f"{{cases: {{file: data/cases.csv, values: {{service: {{Need: {TYPED}}}}}}},",
    )
    store = store_of(typed)
    assert store.table("action")["owner_post"].tolist() == [TYPED] * 2
    assert TYPED in store.opening["service"].tolist()


def test_a_role_service_or_team_called_like_a_person_or_a_case_is_other(project):
    project.change("data/team.csv", "T1,North team,Care", "T1,Zachary Quill,Care")
    project.add_records(
        "staff",
        f"{STAFF}S1,{TYPED},Worker,T1,Care,1,2020-01-01,true,false\n"
        "S2,Ida Vale,0072001,T1,QUILL zachary,1,2020-01-01,true,false\n",
    )
    store = store_of(project)
    staff = store.staff.sort_values("role", ignore_index=True)
    assert staff[["role", "service"]].to_numpy().tolist() == [["Worker", "Care"], [OTHER, OTHER]]
    assert store.teams["name"].tolist() == [OTHER, "South team"]
    words = "\n".join(line for table in check_period(project.file).tables for line in table.plain)
    assert "team: name of 1 rows, somebody's name or reference" in words


def test_strata_of_unknown_services_are_numbered_and_their_cases_stay_apart(project):
    text = (project.root / "data/cases.csv").read_text(encoding="utf-8")
    project.write("data/cases.csv", text.replace(",Care,", ",Jo Ash,").replace(",Need,", ",Al Ash,"))
    store = store_of(project)
    assert sorted(store.table("draw_stratum")["stratum"]) == ["other", "other 2"]
    held = store.table("draw_case").groupby("stratum").size()
    assert held.to_dict() == {"other": 6, "other 2": 6}


@pytest.mark.parametrize("written", ["[Steady work.]", "Steady work."])
def test_commentary_that_does_not_say_whether_it_is_reviewed_is_refused_with_what_to_write(project, written):
    with pytest.raises(InputError, match=r"commentary must say .* write \{reviewed: true, file"):
        project.parameters("draws:", f"commentary: {written}\ndraws:")
