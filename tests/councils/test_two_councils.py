"""Two made-up councils with rules of their own: what they draw, give out, list and count."""

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.practice.restricted import restricted_lists
from qaf_lib.pages.programme import allocation_sections as allocation
from qaf_lib.prepare import named
from qaf_lib.register import Register

HERE = Path(__file__).resolve().parent
MONTHS = [f"2026-0{month} monthly 1" for month in (7, 8, 9)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("councils")
    for name in ("parameters", "data"):
        shutil.copytree(HERE / name, made / name)
    return made


@pytest.fixture(scope="module")
def harringham(folder):
    return open_period(folder / "parameters" / "harringham.yml")


@pytest.fixture(scope="module")
def dartdale(folder):
    return open_period(folder / "parameters" / "dartdale.yml")


def references(period, ids):
    with Register(period.parameters.vault / "register.sqlite") as register:
        return named(ids, register.read("identity"))


def asked(period, draw):
    (found,) = [one for one in period.allocation if one.draw_id == draw]
    return int(found.by_role.set_index(["row_key", "measure"])["x"]["all", "minimum"])


def test_twenty_a_month_are_drawn_two_in_each_of_ten_sections(harringham):
    strata = harringham.store.table("draw_stratum")
    monthly = strata[strata["draw_id"].isin(MONTHS)]
    assert monthly.groupby("draw_id")["sample"].sum().to_dict() == dict.fromkeys(MONTHS, 20)
    assert set(monthly["sample"]) == {2}
    assert set(monthly.groupby("draw_id").size()) == {10}


def test_a_sample_of_the_inadequate_is_audited_again(harringham):
    strata = harringham.store.table("draw_stratum").set_index("draw_id")
    # by hand in the audit log: four cases whose last random audit from April to June was inadequate
    assert strata.loc["2026-27 Q2 re_audit 1", ["population", "sample"]].tolist() == [4, 3]


def test_what_is_given_out_over_the_months_is_what_the_duty_expects(harringham):
    duties = harringham.duties.counts.set_index(["row_key", "measure"])
    # 24 posts, of them one exempt all quarter for one month: 24 + 23 + 24
    assert [asked(harringham, draw) for draw in MONTHS] == [24, 23, 24]
    assert duties.loc[("H1", "done"), "n"] == 71


def test_the_exempt_are_given_nothing_for_their_days(harringham):
    rows = harringham.store.table("allocation")
    who = references(harringham, rows["auditor_id"])
    assert "P70001" not in set(who)
    assert "P70002" not in set(who[rows["draw_id"] == "2026-08 monthly 1"])
    assert [one.exempt for one in harringham.allocation][:2] == [
        {"Deputy Director": 1},
        {"Deputy Director": 2},
    ]


def test_targets_follow_ups_and_training_stand_beside_what_there_is(harringham):
    assert [(one.band, one.at_most, one.at_least) for one in harringham.framework.targets] == [
        ("inadequate", 0.1, None),
        ("good_or_better", None, 0.4),
    ]
    assert harringham.practice.follow_ups[["x", "n"]].to_numpy().tolist() == [[0, 15]]
    assert len(restricted_lists(harringham.store)["follow_up_head_of_service"]) == 15
    trained = harringham.trained.set_index(["row_key", "measure"])["x"]
    assert trained["auditors"].to_dict() == {"people": 28, "trained": 16, "wanted": 20}
    assert "Deputy Director (2)" in str(allocation.allocation(harringham))


def test_percentages_are_grades_by_their_thresholds(dartdale):
    sheet = openpyxl.load_workbook(HERE / "data" / "dartdale" / "audit returns.xlsx").active
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    scores = {row[0]: row[head.index("SCORE_PCT")] for row in rows if row[0]}
    audits = dartdale.store.audits
    grades = dict(zip(references(dartdale, audits["audit_id"]), audits["overall_grade"], strict=True))
    assert len(grades) == len(scores) == 60
    assert {69, 69.9, 70, 89, 89.9, 90} <= set(scores.values())
    for audit, score in scores.items():
        assert grades[audit] == ("90-100" if score >= 90 else "70-89" if score >= 70 else "0-69")


def test_one_file_in_a_hundred_of_each_worker_is_drawn_and_none_where_all_are_chosen(dartdale):
    cases = dartdale.store.opening.groupby("worker_id").size()
    (draw,) = dartdale.draw_views
    assert draw.audit_type == "one_per_cent"
    assert sorted(draw.strata["population"]) == sorted(cases)
    assert set(draw.strata["sample"]) == {1}
    assert set(dartdale.store.opening["unit"]) == {"adult"}


def test_letters_a_third_one_s_meeting_and_each_worker_s_audits_are_listed_in_the_vault(dartdale):
    lists = restricted_lists(dartdale.store)
    audits = dartdale.store.audits
    low = audits[(audits["audit_type"] == "one_per_cent") & audits["overall_grade"].isin(["0-69", "70-89"])]
    assert len(lists["worker_letter"]) == len(dartdale.store.in_period(low, "audited_on"))
    assert set(lists["worker_meeting"]["low_grades"] % 3) == {0}
    half = audits["audited_on"].between(pd.Timestamp("2026-04-01"), pd.Timestamp("2026-09-30"))
    assert len(lists["report_N1"]) == int(half.sum())
