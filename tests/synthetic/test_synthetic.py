"""The synthetic council: what it promises about sizes, shapes, determinism and its known truth."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qaf_lib.intake.annex_a import annex_a_tables
from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.intake.checks import check_table
from qaf_lib.intake.columns import Rules
from qaf_lib.intake.faults import Checked
from qaf_lib.intake.vocabulary import team_names
from qaf_lib.parameters import load_parameters
from qaf_lib.synthetic import INVENTED_NAMES, SNAPSHOTS, Council, case_table, make_council, write_records
from qaf_lib.synthetic.audits import Audit, make_audits, of_ages, of_young_carers
from qaf_lib.synthetic.demonstration import PARTS, drawn_cases, write_demonstration
from qaf_lib.synthetic.people import CASE_HOLDERS
from qaf_lib.synthetic.sources import annex_a_lists

SEED = 20260930
OPENING, CLOSING = SNAPSHOTS[2], SNAPSHOTS[3]
CASELOADS = ["children", "families"]
RULES = {part: load_parameters(file) for part, file in PARTS.items()}


def drawn_for(council: Council) -> dict[str, list[str]]:
    """The cases that the kit draws, in the order of the draw."""
    return {
        part: drawn_cases(council=council, part=part, parameters=period, seed=SEED)
        for part, period in RULES.items()
    }


@pytest.fixture(scope="module")
def council() -> Council:
    return make_council(seed=SEED)


@pytest.fixture(scope="module")
def folder(council: Council, tmp_path_factory: pytest.TempPathFactory) -> Path:
    written: Path = tmp_path_factory.mktemp("council")
    write_demonstration(folder=written / "demo", seed=SEED)
    return written / "demo"


@pytest.fixture(scope="module")
def lists(council: Council) -> dict[int, pd.DataFrame]:
    return annex_a_lists(council=council, as_at=CLOSING)


def table(folder: Path, name: str) -> pd.DataFrame:
    text = pd.read_csv(folder / name, dtype="string", keep_default_na=False, na_values=[""])
    return text.set_axis(pd.RangeIndex(2, 2 + len(text)))


def true_rows(folder: Path, part: str) -> pd.DataFrame:
    """The audits without the rows that were spoilt on purpose."""
    audits = table(folder, f"{part}/audit.csv").drop_duplicates("audit_id")
    return audits[~audits["audit_id"].str.contains("-9000")]


def checked(
    folder: Path, council: Council, part: str, name: str, text: pd.DataFrame, latest: date
) -> Checked:
    rules = Rules(
        framework=RULES[part].rules,
        latest=latest,
        as_at=latest if name == "case" else None,
        teams=team_names(table(folder, f"{part}/team.csv")),
    )
    return check_table(name=name, text=text, source=name, rules=rules)


def read_cases(folder: Path, council: Council, part: str, as_at: date) -> Checked:
    if part != "families":
        name = f"annex_a_{as_at}.xlsx"
        teams, staff = table(folder, f"{part}/team.csv"), table(folder, f"{part}/staff.csv")
        text = annex_a_tables(path=folder / name, name=name, as_at=as_at, teams=teams, staff=staff).tables[
            "case"
        ]
    else:
        text = table(folder, f"families/families_{as_at}.csv")
    return checked(folder, council, part, "case", text, as_at)


def test_another_seed_gives_another_council(council: Council):
    other = make_council(seed=SEED + 1)
    assert set(other.children.cases["case_id"]) != set(council.children.cases["case_id"])


def test_the_council_is_as_large_as_promised(council: Council):
    for as_at in SNAPSHOTS:
        status = case_table(council=council, part="children", as_at=as_at)["status"].value_counts()
        assert 2700 <= status.drop("care_leaver").sum() <= 3300
        assert 200 <= status["care_leaver"] <= 300
        assert 600 <= len(case_table(council=council, part="families", as_at=as_at)) <= 800
    teams = pd.concat([council.children.teams, council.families.teams])
    staff = pd.concat([council.children.staff, council.families.staff])
    assert len(teams) >= 30
    assert len(staff) >= 350
    assert staff["name"].is_unique
    assert staff["staff_id"].is_unique


@pytest.mark.parametrize("part", CASELOADS)
def test_about_a_fifth_of_the_cases_leave_each_quarter(council: Council, part: str):
    open_on = [set(case_table(council=council, part=part, as_at=as_at)["case_id"]) for as_at in SNAPSHOTS]
    left = [1 - len(before & after) / len(before) for before, after in pairwise(open_on)]
    assert all(0.15 <= share <= 0.28 for share in left)


@pytest.mark.parametrize("part", PARTS)
def test_every_case_has_a_worker_in_post_in_its_own_team(council: Council, part: str):
    staff = council.part(part).staff.set_index("staff_id")
    for as_at in SNAPSHOTS:
        cases = case_table(council=council, part=part, as_at=as_at)
        held = staff.loc[cases["worker_id"]]
        assert held["team_id"].tolist() == cases["team_id"].tolist()
        assert set(held["role"]) <= CASE_HOLDERS
        assert all(day <= as_at for day in held["started_on"])
        assert all(day is None or day > as_at for day in held["left_on"])


def test_lists_7_and_8_are_subsets_of_list_6(lists: dict[int, pd.DataFrame]):
    for number in (6, 7, 8, 9, 10):
        assert lists[number]["child_id"].is_unique
    for number in (7, 8, 10):
        assert set(lists[number]["child_id"]) <= set(lists[6]["child_id"])


def test_list_6_agrees_with_lists_7_and_8_on_who_is_open(lists: dict[int, pd.DataFrame]):
    status = lists[6].set_index("child_id")["case_status"]
    plans = lists[7][lists[7]["child_protection_plan_end_date"].isna()]["child_id"]
    care = lists[8][lists[8]["date_ceased_to_be_looked_after"].isna()]["child_id"]
    assert set(plans) == set(status[status == "b) Child Protection plan"].index)
    assert set(care) == set(status[status == "a) Looked after child"].index)


def test_every_cell_of_a_list_keeps_to_the_standard(lists: dict[int, pd.DataFrame]):
    standard = annex_a_standard()
    for listed in standard["lists"]:
        cells = lists[listed["list"]]
        assert list(cells.columns) == listed["columns"]
        needed = [name for name in listed["columns"] if name not in listed["may_be_blank"]]
        assert [name for name in needed if cells[name].isna().any()] == []
        for name in listed["columns"]:
            column = standard["columns"][name]
            if column["type"] == "code":
                written = {entry["value"] for entry in standard["code_sets"][column["codes"]]}
                assert set(cells[name].dropna()) <= written, name
            if column["type"] == "date":
                assert all(day <= CLOSING for day in cells[name].dropna()), name


def test_a_workbook_has_the_standards_sheets_and_headings(folder: Path):
    standard = annex_a_standard()
    book = openpyxl.load_workbook(folder / f"annex_a_{OPENING}.xlsx", read_only=True)
    assert book.sheetnames == [f"List {number}" for number in range(1, 12)]
    for listed in standard["lists"]:
        headings = next(book[f"List {listed['list']}"].iter_rows(min_row=2, max_row=2, values_only=True))
        assert list(headings) == [standard["columns"][name]["name"] for name in listed["columns"]]
    book.close()


def test_plans_last_as_long_as_plans_do(lists: dict[int, pd.DataFrame]):
    plans = lists[7]
    ended = plans["child_protection_plan_end_date"].notna()
    started = pd.to_datetime(plans["child_protection_plan_start_date"])
    length = (pd.to_datetime(plans["child_protection_plan_end_date"].fillna(CLOSING)) - started).dt.days
    assert (length >= 0).all()
    assert 0.02 <= (length[ended] < 91).mean() <= 0.20
    assert 0.01 <= (length[~ended] > 548).mean() <= 0.20


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("as_at", [OPENING, CLOSING])
def test_reading_the_written_caseload_gives_the_case_table_back(
    folder: Path, council: Council, part: str, as_at: date
):
    read = read_cases(folder, council, part, as_at).frame.set_index("case_id").sort_index()
    wanted = case_table(council=council, part=part, as_at=as_at).set_index("case_id")
    assert read.index.tolist() == wanted.index.tolist()
    for name in wanted.columns:
        came = [None if pd.isna(value) else value for value in read[name]]
        if name.endswith(("_on", "_from")):
            came = [None if value is None else value.date() for value in came]
        assert came == [None if pd.isna(value) else value for value in wanted[name]], name


@pytest.mark.parametrize("part", PARTS)
def test_the_planted_rows_are_set_aside_and_no_others(folder: Path, council: Council, part: str):
    planted = table(folder, "truth/planted.csv")
    sources = {
        f"annex_a_{OPENING}.xlsx" if part != "families" else f"families/families_{OPENING}.csv": read_cases(
            folder, council, part, OPENING
        ),
        f"{part}/audit.csv": checked(
            folder, council, part, "audit", table(folder, f"{part}/audit.csv"), date(2026, 10, 31)
        ),
    }
    for file, found in sources.items():
        wanted = planted[planted["file"] == file].set_index("rule")["count"].astype(int).to_dict()
        faults = found.faults[found.faults["effect"] == "set_aside"].drop_duplicates(["row", "rule"])
        faults = faults["rule"].value_counts().to_dict()
        assert faults == wanted
        assert len(found.frame) == found.rows - len(found.left_out) - sum(wanted.values())
        assert sum(wanted.values()) <= 0.02 * found.rows


@pytest.mark.parametrize("part", PARTS)
def test_every_other_table_keeps_its_contract(folder: Path, council: Council, part: str):
    planted = {"audit"}
    for path in sorted((folder / part).glob("*.csv")):
        if path.stem in planted or path.stem.startswith("families_"):
            continue
        text = table(folder, f"{part}/{path.name}")
        found = checked(folder, council, part, path.stem, text, date(2026, 10, 31))
        assert found.set_aside == 0, path.name


@pytest.mark.parametrize("part", PARTS)
def test_every_reference_in_the_records_exists(folder: Path, council: Council, part: str):
    audits = true_rows(folder, part)
    cases = set(council.part(part).cases["case_id"])
    staff, teams = set(council.part(part).staff["staff_id"]), set(council.part(part).teams["team_id"])
    assert audits["audit_id"].is_unique
    assert set(audits["case_id"]) <= cases
    assert set(audits["auditor_id"].dropna()) | set(audits["worker_id"].dropna()) <= staff
    assert set(audits["team_id"]) <= teams
    assert set(audits["reaudit_of"].dropna()) <= set(audits["audit_id"])
    actions = table(folder, f"{part}/action.csv")
    for name in ("answer", "moderation", "escalation", "reaudit_link"):
        if name == "moderation" and RULES[part].rules.moderation is None:
            continue
        assert set(table(folder, f"{part}/{name}.csv")["audit_id"]) <= set(audits["audit_id"]), name
    for name in ("action_event", "reaudit_link"):
        assert set(table(folder, f"{part}/{name}.csv")["action_id"]) <= set(actions["action_id"]), name


@pytest.mark.parametrize("part", PARTS)
def test_the_drawn_cases_are_audited_in_order_and_most_are_returned(
    folder: Path, council: Council, part: str
):
    drawn = drawn_for(council)[part]
    audits = true_rows(folder, part)
    random = (audits["selection"] == "random") & ~audits["audit_type"].isin(
        ["conference_record", "review_record"]
    )
    now = audits[random & (audits["audited_on"] > str(OPENING))]
    assert set(now["case_id"]) <= set(drawn)
    assert 0.85 <= len(now) / len(drawn) <= 1
    place = {case: at for at, case in enumerate(drawn)}
    by_day = now.groupby("audited_on")["case_id"].agg(lambda cases: min(place[case] for case in cases))
    assert by_day.is_monotonic_increasing
    assert set(audits[audits["reaudit_of"].notna()]["case_id"]).isdisjoint(drawn)


def test_no_record_lies_after_the_closing_day_but_due_dates(folder: Path):
    for path in [path for part in PARTS for path in folder.glob(f"{part}/*.csv")]:
        rows = table(folder, f"{path.parent.name}/{path.name}")
        for name in rows.columns:
            if name in ("due_on", "newly_qualified_until") or not name.endswith(("_on", "_at")):
                continue
            late = rows[name].dropna()[lambda days: days.str.slice(0, 10) > str(CLOSING)]
            assert len(late) <= 1, f"{path.name}: {name}"  # the planted one


def all_audited(council: Council, part: str) -> list[Audit]:
    cases = case_table(council=council, part=part, as_at=OPENING)["case_id"].tolist()
    audits = make_audits(council=council, part=council.part(part), framework=RULES[part].rules, drawn=cases)
    return [audit for audit in audits if audit.quarter == 3 and audit.row["selection"] == "random"]


@pytest.mark.parametrize("part", PARTS)
def test_audits_are_somewhat_kinder_than_the_truth(council: Council, part: str):
    good = council.part(part).tool.good
    caseload = council.part(part).caseload
    truth = council.truth[(council.truth["part"] == caseload) & (council.truth["as_at"] == OPENING)]
    seen = [audit.grade in good for audit in all_audited(council, part)]
    assert 0.02 <= sum(seen) / len(seen) - truth["true_grade"].isin(good).mean() <= 0.11


@pytest.mark.parametrize(("part", "share"), [("children", 0.58), ("families", 0.62)])
def test_practice_is_as_good_as_planted_and_gets_better(council: Council, part: str, share: float):
    truth = council.truth[council.truth["part"] == part]
    good = truth["true_grade"].isin(council.part(part).tool.good).groupby(truth["as_at"]).mean().tolist()
    assert good[0] == pytest.approx(share, abs=0.005)
    assert good[-1] > good[0] + 0.02


@pytest.mark.parametrize("part", CASELOADS)
def test_the_truth_holds_every_open_case_once(council: Council, part: str):
    for as_at in SNAPSHOTS:
        truth = council.truth[(council.truth["part"] == part) & (council.truth["as_at"] == as_at)]
        assert (
            truth["case_id"].tolist()
            == case_table(council=council, part=part, as_at=as_at)["case_id"].tolist()
        )


def test_earlier_quarters_do_not_depend_on_the_draw(council: Council):
    drawn = drawn_for(council)["children"]
    asked = {"council": council, "part": council.children, "framework": RULES["children"].rules}
    first = make_audits(**asked, drawn=drawn)
    second = make_audits(**asked, drawn=drawn[10:])
    earlier = [[audit.row for audit in audits if audit.quarter < 3] for audits in (first, second)]
    assert earlier[0] == earlier[1]
    assert 180 <= sum(row["selection"] == "random" for row in earlier[0]) <= 225


@pytest.mark.parametrize("part", PARTS)
def test_cases_audited_again_truly_improved_somewhat(folder: Path, part: str):
    again = table(folder, "truth/reaudits.csv").query("part == @part")
    change = again["quality_after"].astype(float) - again["quality_before"].astype(float)
    assert 20 <= len(again) <= 30
    assert 0.2 <= change.mean() <= 0.8


def test_low_and_top_family_grades_are_moderated_before_submission_but_for_the_planted_breaches(folder: Path):
    audits = true_rows(folder, "families").set_index("audit_id")
    moderated = table(folder, "families/moderation.csv").set_index("audit_id")["moderated_on"]
    due = audits[audits["overall_grade"].isin(["1", "2", "3", "4", "5", "10"])]
    on_time = moderated.reindex(due.index) <= due["submitted_on"].fillna(str(CLOSING))
    planted = table(folder, "truth/breaches.csv").query("part == 'families' and rule == 'moderation'")
    late = planted[planted["detail"] != "moderated by another role"]
    assert set(due.index[~on_time.fillna(False)]) == set(late["subject"])


def test_a_drawn_case_that_is_not_open_is_refused(council: Council, tmp_path: Path):
    drawn = {"children": ["9999999"]}
    with pytest.raises(ValueError, match="1 of the 1 drawn children are not open on 2026-06-30"):
        write_records(
            council=council,
            folder=tmp_path,
            drawn=drawn,
            records_drawn={"children": {}},
            frameworks={"children": RULES["children"].rules},
            look_again=lambda part, audits: (),
            listed={"children": {}},
        )


def test_a_day_without_a_snapshot_is_refused(council: Council):
    with pytest.raises(ValueError, match="as_at must be one of"):
        case_table(council=council, part="children", as_at=date(2026, 7, 1))


def test_free_text_names_invented_people_and_the_folder_says_so(folder: Path):
    evidence = table(folder, "children/answer.csv")["evidence"].dropna()
    assert evidence.str.contains("|".join(INVENTED_NAMES)).all()
    assert "Everything in this folder is synthetic" in (folder / "README.txt").read_text(encoding="utf-8")


def test_most_observations_are_told_by_a_notice_of_their_own_and_a_few_are_not(folder: Path) -> None:
    log = table(folder / "children", "duty_event.csv")
    seen, told = log[log["kind"] == "observation"], log[log["duty_id"] == "notice_of_observation"]
    assert 0 < len(told) < len(seen)
    assert set(told["team_id"]) <= set(seen["team_id"])
    assert (log["duty_id"] == "return_collation").sum() == 4  # once a quarter
    returns = log[(log["duty_id"] == "service_return") & log["report_type"].notna()]
    assert returns["report_type"].tolist() == ["nil return"]


def test_who_attends_a_meeting_was_there_on_the_day_on_which_it_was_held(folder: Path) -> None:
    log = table(folder / "portsmouth", "duty_event.csv")
    for attends, holds in {"T35": "T22", "T36": "T21", "T43": "T24"}.items():
        days = set(log.loc[log["duty_id"] == attends, "held_on"])
        assert days
        assert days <= set(log.loc[log["duty_id"] == holds, "held_on"])


def test_what_was_observed_is_talked_through_in_a_supervision_most_often_the_next(folder: Path) -> None:
    log = table(folder / "portsmouth", "duty_event.csv")
    held = log[log["kind"] == "supervision"].groupby("subject_id")["held_on"].agg(sorted)
    seen = log[
        (log["kind"] == "observation") & log["discussed_on"].notna() & log["subject_id"].isin(held.index)
    ]
    place = [
        [day for day in held[row.subject_id] if day > row.held_on].index(row.discussed_on)
        for row in seen.itertuples()
    ]
    assert set(place) == {0, 1}
    assert 0.05 < place.count(1) / len(place) < 0.12


def test_every_case_file_audit_of_a_month_is_of_the_round_s_theme(folder: Path) -> None:
    audits = table(folder / "portsmouth", "audit.csv")
    own = audits[(audits["audit_type"] == "case_file") & (audits["selection"] == "random")]
    assert own["theme"].notna().all()
    assert own.groupby(own["audited_on"].str[:7])["theme"].nunique().eq(1).all()


def test_audits_beside_case_files_lead_to_actions_of_those_who_hold_them(folder: Path) -> None:
    audits = table(folder / "children", "audit.csv").drop_duplicates("audit_id").set_index("audit_id")
    actions = table(folder / "children", "action.csv")
    kinds = actions["source_id"].map(audits["audit_type"])
    of_health = kinds.isin(["health", "health_dip_sample"]).fillna(False)
    assert set(actions.loc[of_health, "owner_post"]) == {"Clinical Quality Group"}
    assert set(audits.loc[audits["audit_type"] == "ad_hoc", "theme"]) == {"Safeguarding"}
    assert audits.loc[actions["source_id"].dropna(), "action_needed"].eq("true").all()
    asked = table(folder / "children", "project.csv").set_index("title")["requested_by_post"]
    assert asked["Ad hoc audit: safety at step-down"] == "Directorate Leadership Team"


def test_families_have_figures_by_month_forms_of_staff_and_partners_and_files_of_managers(
    folder: Path,
) -> None:
    figures = table(folder / "families", "indicator.csv").astype({"numerator": int, "denominator": int})
    own = figures[(figures["indicator_id"] == "plans_within_20_days") & figures["team_id"].isna()]
    months = own[own["period"].isin(["2026-07", "2026-08", "2026-09"])]
    quarter = own[own["period"] == "2026-27 Q2"].iloc[0]
    assert months[["numerator", "denominator"]].sum().tolist() == [
        quarter["numerator"],
        quarter["denominator"],
    ]
    said = table(folder / "families", "feedback.csv")
    forms = said[said["instrument"].isin(["practitioner_form", "partner_form"])]
    assert set(forms["respondent"]) == {"practitioner", "partner"}
    assert forms["team_id"].isna().all()
    audits, staff = (table(folder / "families", f"{name}.csv") for name in ("audit", "staff"))
    files = audits.loc[audits["audit_type"] == "supervision_file", "worker_id"]
    assert set(files.map(staff.set_index("staff_id")["role"])) <= {"Team Manager", "Family Centre TM"}


def test_staff_speak_at_every_set_piece_and_some_children_are_heard_in_several_ways(folder: Path) -> None:
    said = table(folder / "children", "feedback.csv")
    pieces = said[said["instrument"].isin(["quadrant_events", "team_meetings", "development_days"])]
    assert pieces.groupby("instrument")["received_on"].max().min() >= "2026-07-01"
    heard = said[said["respondent"] == "looked-after child"]
    assert heard["case_id"].notna().all()
    assert heard.groupby("case_id")["instrument"].nunique().max() > 1


def test_most_reviews_of_an_appraisal_have_one_half_a_year_before_them(folder: Path) -> None:
    log = table(folder / "children", "duty_event.csv")
    reviews = log[log["duty_id"] == "appraisal_review"]
    before = log[(log["kind"] == "pdr") & log["event_id"].str.startswith("AP-")]
    assert 0 < len(before) < len(reviews)
    days = before.set_index("subject_id")["held_on"].map(date.fromisoformat)
    first = reviews.set_index("subject_id")["held_on"].map(date.fromisoformat)
    gaps = [(first[person] - day).days for person, day in days.items()]
    assert sum(150 <= gap <= 215 for gap in gaps) > 0.7 * len(reviews)


def test_the_newest_action_of_a_survey_rests_on_young_inspectors_work(folder: Path) -> None:
    work = table(folder / "children", "project.csv")
    led = set(work.loc[work["officer_post"] == "Young Inspectors", "project_id"])
    actions = table(folder / "children", "action.csv")
    assert set(actions.loc[actions["project_id"].isin(led), "source"]) == {"survey"}


def test_young_inspectors_look_at_the_theme_of_an_audit_of_the_same_month(folder: Path) -> None:
    work = table(folder / "children", "project.csv")
    work = work.assign(month=work["on"].str[:7])
    young = work["title"].str.startswith("Young inspectors")
    assert young.sum() == 2
    beside = work[~young & (work["block"] == "audit")]
    themes = {month: set(part["theme"]) for month, part in beside.groupby("month")}
    assert all(row.theme in themes[row.month] for row in work[young].itertuples())


def test_a_child_is_asked_about_being_ready_for_school_or_about_learning_there_and_never_about_both(council):
    part = council.part("children")
    cases = {str(at): str(case) for at, case in enumerate(part.cases["case_id"])}
    asked = ["ready_for_school", "learns_and_achieves", "journey"]
    rows = [{"audit_id": at, "question_id": name, "answer": "met"} for at in cases for name in asked]
    of_ages(rows, cases, part)
    met = {
        name: {row["audit_id"] for row in rows if row["question_id"] == name and row["answer"] == "met"}
        for name in asked
    }
    assert met["ready_for_school"]
    assert met["learns_and_achieves"]
    assert not met["ready_for_school"] & met["learns_and_achieves"]
    assert met["journey"] == set(cases)


@pytest.mark.parametrize("answer", ["no", "yes", "not applicable"])
def test_questions_about_young_carers_apply_to_few_families_and_to_none_whose_carer_was_not_assessed(answer):
    asked = ["young_carer_assessed", "young_carer_parents"]
    cases = {str(number): f"EH-{number}" for number in range(900)}
    rows = [
        {"audit_id": audit, "question_id": name, "theme": "Young carers", "answer": answer}
        for audit in cases
        for name in asked
    ]
    first, second = (
        [row["answer"] for row in of_young_carers(rows, cases) if row["question_id"] == name]
        for name in asked
    )
    assert 50 < sum(given != "not applicable" for given in first) < 150
    pairs = set(zip(first, second, strict=True))
    cared = {("no", "not applicable")} if answer == "no" else {("yes", "yes")}
    assert pairs == {("not applicable", "not applicable")} | cared


def test_heads_watch_people_and_meet_teams_of_their_own_service(folder: Path) -> None:
    log, staff = (table(folder / "portsmouth", f"{name}.csv") for name in ("duty_event", "staff"))
    above = staff.set_index("staff_id")["manager_id"].dropna().to_dict()
    first = staff.drop_duplicates("team_id").set_index("team_id")["staff_id"].to_dict()

    def line(person: object) -> list[object]:
        return [above[person], *line(above[person])] if person in above else []

    watched, met = (log[log["duty_id"] == duty_id] for duty_id in ("T37", "T39"))
    assert all(row.by_id in line(row.subject_id) for row in watched.itertuples())
    assert all(row.by_id in line(first[row.team_id]) for row in met.itertuples())
    assert set(log.loc[log["duty_id"] == "S2-2.1", "kind"]) == {"training"}


def test_a_peer_audits_a_case_of_another_team_in_the_post_of_its_worker(folder: Path) -> None:
    staff = table(folder, "leeds/staff.csv").drop_duplicates("staff_id").set_index("staff_id")
    made = table(folder, "leeds/audit.csv").query("audit_type == 'peer_audit'")
    auditors, workers = (staff.loc[made[name]] for name in ("auditor_id", "worker_id"))
    assert len(made) == 8
    assert auditors["role"].tolist() == workers["role"].tolist()
    assert not any(one == other for one, other in zip(auditors["team_id"], workers["team_id"], strict=True))


def test_only_work_that_was_done_has_a_cost_and_only_where_audits_are_moderated_is_there_such_work(
    folder: Path,
) -> None:
    work = {part: table(folder, f"{part}/project.csv") for part in ("children", "leeds")}
    weighed = work["leeds"].dropna(subset="cost")
    assert len(weighed) == 1
    assert weighed["reported_on"].notna().all()
    titles = {part: set(rows["title"]) for part, rows in work.items()}
    assert ["Moderation group" in titles[part] for part in ("children", "leeds")] == [True, False]


def test_themed_audits_of_a_month_are_asked_for_and_what_comes_round_is_not(folder: Path) -> None:
    work = table(folder, "portsmouth/project.csv").set_index("title")["requested_by_post"]
    assert work[["Moderation group", "Supervision audit"]].isna().all()
    themed = work[["Themed audit: planning", "Themed audit: the child's voice"]]
    assert set(themed) == {"Senior Management Team"}


def test_a_colleague_led_every_third_training_of_seniors(folder: Path) -> None:
    held = table(folder, "leeds/duty_event.csv").query("kind == 'training'")
    led = held.dropna(subset="by_id")
    assert len(led) == -(-len(held) // 3)
    assert (led["by_id"] != led["subject_id"]).all()
