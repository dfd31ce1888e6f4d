"""A new reading of a source: what it holds counts once, what it no longer holds is withdrawn, and said."""

import pandas as pd
import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period
from qaf_lib.pages.store import PeriodStore
from qaf_lib.prepare import Orders, prepare

COLUMNS = "case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,team_id,audited_on,overall_grade"
CASES = [f"00{number}" for number in [*range(71000, 71006), *range(72000, 72006)]]


def line(case, *, day="2025-08-01", grade="good", audit_id=None):
    row = f"{case},child,case_file,random,tiny,1,Auditor-1,T1,{day},{grade}"
    return row if audit_id is None else f"{audit_id},{row}"


def log(*lines, ids=True):
    return "\n".join([f"audit_id,{COLUMNS}" if ids else COLUMNS, *lines]) + "\n"


def audits(number, **given):
    """So many audits with ids, of different cases as far as there are."""
    return [line(CASES[at % 12], audit_id=f"A-{at:03}", **given) for at in range(number)]


def counting(project):
    """Grades of the audits that count, by id where the source gave one."""
    identity = project.register("identity").set_index("id")["reference"]
    standing = project.register("audit")
    return dict(zip(standing["audit_id"].map(identity), standing["overall_grade"], strict=True))


@pytest.fixture
def logged(project):
    """A project with 40 audits in one log, prepared."""
    project.add_records("audit", log(*audits(40)))
    project.prepare()
    return project


def again(project, *lines, why=None, ids=True):
    project.write("data/audit.csv", log(*lines, ids=ids))
    return prepare(project.parameters(), orders=Orders(withdraw=why))


def test_a_row_that_is_gone_counts_no_more(logged):
    again(logged, *audits(38))  # 2 of 40 are 5%: no reason is asked
    assert len(counting(logged)) == 38
    assert logged.register("withdrawal")["reason"].tolist() == ["no longer in the sources"] * 2


def test_more_than_a_twentieth_gone_needs_a_reason_and_changes_nothing_without(logged):
    before = logged.register("reading")
    with pytest.raises(
        InputError, match=r"audit: 3 of 40 rows that count \(8%\) are no longer in data/audit.csv"
    ):
        again(logged, *audits(37))
    assert len(counting(logged)) == 40
    pd.testing.assert_frame_equal(logged.register("reading"), before)
    again(logged, *audits(37), why="entered twice")
    assert len(counting(logged)) == 37
    assert set(logged.register("withdrawal")["reason"]) == {"no longer in the sources: entered twice"}


def test_opening_a_period_in_a_notebook_withdraws_nothing(logged):
    logged.write("data/audit.csv", log(*audits(39)))
    with pytest.raises(InputError, match=r"1 rows that count are no longer.*withdraws nothing"):
        open_period(logged.file)
    assert len(counting(logged)) == 40


def test_a_withdrawn_row_that_comes_back_counts_again(logged):
    again(logged, *audits(39))
    again(logged, *audits(40))
    assert len(counting(logged)) == 40
    again(logged, *audits(39))
    assert len(counting(logged)) == 39


def test_a_corrected_row_counts_once_with_its_new_grade(logged):
    rows = audits(40)
    rows[0] = line(CASES[0], audit_id="A-000", day="2025-08-05", grade="inadequate")
    again(logged, *rows)
    assert counting(logged)["A-000"] == "inadequate"
    assert len(counting(logged)) == 40
    assert logged.register("withdrawal").empty


def test_a_log_without_ids_whose_days_and_grades_are_all_corrected_counts_once(project):
    project.add_records("audit", log(*(line(case) for case in CASES), ids=False))
    project.prepare()
    corrected = [line(case, day="2025-09-01", grade="inadequate") for case in CASES]
    again(project, *corrected, ids=False)  # nothing is taken away, so no reason is asked
    standing = project.register("audit")
    assert standing["overall_grade"].tolist() == ["inadequate"] * 12
    assert set(project.register("withdrawal")["reason"]) == {"corrected in the sources"}


def test_rows_taken_from_a_log_without_ids_are_gone_not_corrected(project):
    project.add_records("audit", log(*(line(case) for case in CASES), ids=False))
    project.prepare()
    with pytest.raises(InputError, match="audit: 11 of 12 rows"):
        again(project, line(CASES[0]), ids=False)


def test_what_hangs_on_a_withdrawn_audit_goes_with_it(logged):
    logged.add_records(
        "answer", "audit_id,question_id,answer\n" + "".join(f"A-{n:03},voice,good\n" for n in range(40))
    )
    logged.prepare()
    logged.write(
        "data/answer.csv",
        "audit_id,question_id,answer\n" + "".join(f"A-{n:03},voice,good\n" for n in range(39)),
    )
    again(logged, *audits(39))
    assert len(logged.register("answer")) == 39


def test_a_rolling_log_adds_and_corrects_earlier_quarters_and_withdraws_nothing_of_them(logged):
    next_quarter(logged)
    later = [line(case, audit_id=f"B-{case}", day="2025-11-03") for case in CASES]
    corrected = [line(CASES[0], audit_id="A-000", grade="outstanding")]
    again(logged, *corrected, *later)
    counted = counting(logged)
    assert len(counted) == 40 + 12
    assert counted["A-000"] == "outstanding"


def next_quarter(project, old="2025-26 Q2", new="2025-26 Q3", day=("2025-06-30", "2025-09-30")):
    project.change("parameters/tiny.yml", old, new)
    project.change("parameters/tiny.yml", *day)


def test_the_draw_of_an_earlier_quarter_keeps_its_audits_when_a_rolling_log_is_read_later(project):
    project.add_records("audit", log(*audits(12)))
    project.prepare()
    linked = project.register("audit").set_index("audit_id")["draw_id"]
    next_quarter(project)
    again(project, *audits(12), *(line(case, audit_id=f"B-{case}", day="2025-11-03") for case in CASES))
    now = project.register("audit").set_index("audit_id")["draw_id"]
    pd.testing.assert_series_equal(now[linked.index], linked)
    assert linked.notna().sum() == 7


def test_an_audit_without_an_id_that_may_correct_one_of_an_earlier_quarter_stops_the_run(project):
    project.add_records("audit", log(*(line(case) for case in CASES), ids=False))
    project.prepare()
    next_quarter(project)
    now = [line(case, day="2025-11-03") for case in CASES]
    with pytest.raises(
        InputError, match=r"1 rows of table audit \(row 2\) resemble rows of an earlier reading"
    ):
        again(project, line(CASES[0], day="2025-08-02"), *now, ids=False)
    again(project, line(CASES[0]), *now, ids=False)  # the row that stands, word for word
    assert len(project.register("audit")) == 24


def test_an_audit_without_an_id_moved_into_the_quarter_by_a_rolling_log_stops_the_run(project):
    project.add_records("audit", log(*(line(case, day="2025-09-29") for case in CASES), ids=False))
    project.prepare()
    next_quarter(project)
    standing = [line(case, day="2025-09-29") for case in CASES[1:]]
    with pytest.raises(InputError, match="resemble rows of an earlier reading"):
        again(project, *standing, line(CASES[0], day="2025-10-01"), ids=False)


def test_a_source_may_cover_more_days_than_the_period_and_then_withdraws_of_an_earlier_one_only_with_a_reason(
    logged,
):
    next_quarter(logged)
    logged.change(
        "parameters/tiny.yml",
        "audit: data/audit.csv",
        'audit: {file: data/audit.csv, covers: {from: "2025-07-01", to: "2025-12-31"}}',
    )
    with pytest.raises(
        InputError, match=r"audit: 1 rows of an earlier period are no longer in data/audit\.csv"
    ):
        again(logged, *audits(39))
    again(logged, *audits(39), why="a test entry")
    assert len(counting(logged)) == 39


def test_an_earlier_quarter_read_again_withdraws_only_with_a_reason(logged):
    next_quarter(logged)
    again(logged, *audits(40))
    next_quarter(logged, "2025-26 Q3", "2025-26 Q2", ("2025-09-30", "2025-06-30"))
    with pytest.raises(InputError, match="1 rows of an earlier period"):
        again(logged, *audits(39))


def test_an_earlier_quarter_s_old_file_read_again_undoes_no_later_correction(logged):
    next_quarter(logged)
    again(logged, line(CASES[0], audit_id="A-000", grade="inadequate"))
    next_quarter(logged, "2025-26 Q3", "2025-26 Q2", ("2025-09-30", "2025-06-30"))
    again(logged, *audits(40))
    assert counting(logged)["A-000"] == "inadequate"


def test_two_files_of_a_table_are_one_reading(project):
    project.write("data/more.csv", log(*audits(40)[20:]))
    project.add_records("audit", log(*audits(20)))
    project.change("parameters/tiny.yml", "audit: data/audit.csv", "audit: [data/audit.csv, data/more.csv]")
    project.prepare()
    assert len(counting(project)) == 40
    # a row moved from one file to the other is not gone
    project.write("data/more.csv", log(*audits(40)[21:]))
    again(project, *audits(21))
    assert len(counting(project)) == 40
    assert project.register("withdrawal").empty


def test_a_list_of_actions_is_read_whole(project):
    heading = "action_id,source,title,owner_post,due_on\n"
    rows = [
        f"P-{number},audit,Chronologies,Head of Service,2025-03-{1 + number % 28:02}\n"
        for number in range(40)
    ]
    project.add_records("action", heading + "".join(rows))
    project.prepare()
    project.write("data/action.csv", heading + "".join(rows[1:]))
    project.prepare()
    assert len(project.register("action")) == 39


def test_an_earlier_quarter_s_list_of_actions_takes_nothing_from_a_later_one(project):
    heading = "action_id,source,title,owner_post,due_on\n"
    project.add_records("action", heading + "P-1,audit,Chronologies,Head of Service,2025-08-01\n")
    project.prepare()
    next_quarter(project)
    rows = "P-1,audit,Chronologies,Head of Service,2025-12-01\nP-2,audit,Visits,Head of Service,2025-12-01\n"
    project.write("data/action.csv", heading + rows)
    project.prepare()
    next_quarter(project, "2025-26 Q3", "2025-26 Q2", ("2025-09-30", "2025-06-30"))
    project.write("data/action.csv", heading + "P-1,audit,Chronologies,Head of Service,2025-08-01\n")
    project.prepare()
    assert project.register("action")["due_on"].dt.month.tolist() == [12, 12]


def moderation(day, grade="good"):
    heading = "audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade\n"
    return heading + f"A-000,Moderator-1,{day},random,true,good,{grade}\n"


def test_a_late_moderation_without_an_id_finds_its_audit_of_an_earlier_quarter(logged):
    next_quarter(logged)
    logged.add_records("moderation", moderation("2025-10-02"))
    again(logged, *[line(case, audit_id=f"B-{case}", day="2025-11-03") for case in CASES])
    assert len(logged.register("moderation")) == 1
    assert len(logged.register("audit")) == 52


def test_a_moderation_without_an_id_that_may_correct_an_earlier_one_stops_the_run(logged):
    logged.add_records("moderation", moderation("2025-08-20"))
    logged.prepare()
    next_quarter(logged)
    logged.write("data/moderation.csv", moderation("2025-08-21", "inadequate"))
    with pytest.raises(InputError, match=r"1 rows of table moderation \(row 2\) resemble rows"):
        logged.prepare()


def test_a_moderation_corrected_in_its_quarter_counts_once(logged):
    logged.add_records("moderation", moderation("2025-08-20"))
    logged.prepare()
    logged.write("data/moderation.csv", moderation("2025-08-21", "inadequate"))
    logged.prepare()
    assert logged.register("moderation")["moderated_grade"].tolist() == ["inadequate"]


def test_the_store_says_what_is_gone_or_changed_since_the_last_edition(logged):
    from qaf_lib.register import Register

    seq = logged.register("audit")["seq"].max()
    row = pd.DataFrame(
        {
            "edition_id": ["2025-26 Q2 1"],
            "period": "2025-26 Q2",
            "register_seq": int(seq) + 1000,
            "audience": "internal",
            "manifest_sha256": "x",
            "status": "published",
        }
    )
    with Register(logged.root / "vault" / "tinyshire" / "register.sqlite") as register:
        register.add({"edition": row.assign(register_seq=register.last_seq())}, by="me")
    rows = audits(40)[:39]
    rows[0] = line(CASES[0], audit_id="A-000", grade="inadequate")
    again(logged, *rows)
    store = PeriodStore(
        parameters=logged.parameters(), folder=logged.root / "vault/tinyshire/2025-26-q2/store"
    )
    assert store.facts["since_edition"] == {
        "edition": "1",
        "audits": 40,
        "corrected": 0,
        "gone": {"no longer in the sources": 1},
        "changed": {"grade": 1},
    }
