"""Annex A workbooks as councils really fill them in."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.errors import InputError
from qaf_lib.intake.annex_a import _on_the_day, annex_a_tables
from qaf_lib.intake.annex_a_lists import annex_a_standard

AS_AT = date(2025, 6, 30)
TEAMS = pd.DataFrame({"team_id": ["T1"], "name": ["North team"], "service": ["Care"]}, dtype="string")
STAFF = pd.DataFrame({"staff_id": ["S1"], "name": ["Ada Invented"]}, dtype="string")
CHILD = {
    "child_id": "0000123",
    "gender": "b) Female",
    "ethnicity": "a) WBRI",
    "date_of_birth": datetime(2015, 7, 1),
    "age_years": 9,
    "has_disability": "b) No",
    "cin_start_date": datetime(2024, 5, 1),
    "case_status": "c) Child in need plan",
    "allocated_team": "North team",
    "allocated_worker": "Ada Invented",
}


def headings(number):
    """Column id to heading of one list, as the standard has them."""
    columns = next(entry["columns"] for entry in annex_a_standard()["lists"] if entry["list"] == number)
    return {column: annex_a_standard()["columns"][column]["name"] for column in columns}


@pytest.fixture
def annex(tmp_path):
    """Write a workbook and read it: `sheets` maps a sheet's title to its list's number and children."""

    def read(
        sheets=None,
        *,
        children=({},),
        renamed=None,
        title=None,
        without=(),
        hidden=(),
        as_at=AS_AT,
        teams=TEAMS,
        staff=STAFF,
    ):
        sheets = sheets or {"List 6": (6, [CHILD | change for change in children])}
        with xlsxwriter.Workbook(tmp_path / "annex_a.xlsx", {"default_date_format": "dd/mm/yyyy"}) as book:
            known = {text for number, _ in sheets.values() for text in headings(number).values()}
            assert set(renamed or {}) <= known
            for name, (number, rows) in sheets.items():
                sheet = book.add_worksheet(name)
                named = {key: text for key, text in headings(number).items() if key not in without}
                top = [[title]] if title else []
                written = [*top, [(renamed or {}).get(text, text) for text in named.values()]]
                for at, row in enumerate(
                    [*written, *([row.get(column) for column in named] for row in rows)]
                ):
                    for place, value in enumerate(row):
                        sheet.write(at, place, value) if value is not None else None
                if name in hidden:
                    sheet.hide()
        return annex_a_tables(
            path=tmp_path / "annex_a.xlsx", name="annex_a.xlsx", as_at=as_at, teams=teams, staff=staff
        )

    return read


@pytest.fixture
def tables(annex):
    """The tables of a workbook alone."""
    return lambda *sheets, **changes: annex(*sheets, **changes).tables


def test_an_open_child_in_need_becomes_a_case_and_a_plan(tables):
    found = tables()
    case = found["case"].iloc[0]
    assert case[
        ["case_id", "team_id", "service", "worker_id", "status", "opened_on", "age_band"]
    ].tolist() == [
        *("0000123", "T1", "Care", "S1", "child_in_need", "2024-05-01", "5-9"),
    ]
    assert case[["gender", "ethnicity_group", "disability"]].tolist() == ["Female", "White", "false"]
    assert found["plan"][["kind", "started_on"]].to_numpy().tolist() == [["cin", "2024-05-01"]]
    assert found["closure"].empty


@pytest.mark.parametrize("title", ["List 6", "List_6", "list6", "LIST 6", "Children in Need"])
def test_the_sheet_is_found_by_any_of_its_usual_names(tables, title):
    assert len(tables({title: (6, [CHILD])})["case"]) == 1


def test_headings_may_stand_under_a_title_and_rows_keep_their_numbers(tables):
    assert tables().get("case").index.tolist() == [2]
    assert tables(title="Children in Need").get("case").index.tolist() == [3]


@pytest.mark.parametrize(
    "renamed",
    [
        {"Case status": "Case status  "},
        {"Case status": "CASE STATUS"},
        {"Age of Child (Years)": "Age"},
        {"Age of Child (Years)": "Age of Child (Years))"},
        {"Does the Child have a Disability": "Does the\u00a0Child have a Disability"},
    ],
)
def test_headings_are_matched_whatever_their_spacing_case_and_known_variants(tables, renamed):
    assert len(tables(renamed=renamed)["case"]) == 1


def test_straight_quotes_stand_for_curly_ones_in_headings(tables):
    sheets = {"List 6": (6, [CHILD]), "List 8": (8, [])}
    straight = {text: text.replace("‘", "'").replace("’", "'") for text in headings(8).values()}
    assert any(text != plain for text, plain in straight.items())
    assert len(tables(sheets, renamed=straight)["case"]) == 1


def test_values_without_their_letter_are_read(tables):
    plain = {"gender": "Male", "ethnicity": "MWBC", "has_disability": "Yes", "case_status": "Open assessment"}
    case = tables(children=[plain])["case"].iloc[0]
    assert case[["gender", "ethnicity_group", "disability", "status"]].tolist() == [
        *("Male", "Mixed", "true", "open_assessment"),
    ]


def test_text_that_is_no_code_is_not_understood_and_never_guessed(tables):
    told = {"gender": "see notes", "ethnicity": "unsure", "has_disability": "c) Unknown"}
    case = tables(children=[told])["case"].iloc[0]
    assert case[["gender", "ethnicity_group"]].tolist() == ["not understood"] * 2
    assert pd.isna(case["disability"])


def test_error_cells_and_unlisted_workers_are_missing_and_an_unlisted_team_keeps_its_name(tables):
    case = tables(children=[{"allocated_worker": "#N/A"}, {"child_id": "2", "allocated_team": "Gone"}])[
        "case"
    ]
    assert case["worker_id"].fillna("").tolist() == ["", "S1"]
    assert case["team_id"].tolist() == ["T1", "Gone"]
    assert case["service"].tolist() == ["Care", "not recorded"]


def test_a_non_breaking_space_in_a_name_does_not_hide_it(tables):
    case = tables(children=[{"allocated_worker": "Ada\u00a0Invented", "allocated_team": "North team "}])[
        "case"
    ]
    assert case[["worker_id", "team_id"]].iloc[0].tolist() == ["S1", "T1"]


@pytest.mark.parametrize(
    ("born", "age", "band"),
    [
        (datetime(2020, 7, 1), None, "0-4"),
        (datetime(2020, 6, 30), None, "5-9"),
        (datetime(2007, 7, 1), None, "16-17"),
        (datetime(2007, 6, 30), None, "18+"),
        (None, 4.5, "0-4"),
        (None, 21, "18+"),
        ("unknown", 12, "10-15"),
        (datetime(2025, 9, 1), None, "0-4"),
    ],
)
def test_age_bands_change_on_the_birthday_and_fall_back_on_the_age_given(tables, born, age, band):
    assert tables(children=[{"date_of_birth": born, "age_years": age}])["case"]["age_band"].tolist() == [band]


def test_a_child_without_birthday_and_age_has_no_band(tables):
    assert tables(children=[{"date_of_birth": None, "age_years": None}])["case"]["age_band"].isna().all()


def test_a_closed_child_is_a_closure_and_its_case_says_when_it_closed(tables):
    closed = {"child_id": "9", "cin_closure_date": datetime(2025, 6, 1), "case_status": "e) Closed episode"}
    found = tables(children=[{}, closed])
    assert found["case"]["closed_on"].fillna("").tolist() == ["", "2025-06-01"]
    assert found["plan"]["case_id"].tolist() == ["0000123"]
    assert found["closure"][["case_id", "closed_on", "team_id", "kind"]].to_numpy().tolist() == [
        ["9", "2025-06-01", "T1", "closed"],
    ]


def test_children_on_plans_and_in_care_get_the_day_their_status_began(tables):
    plan = {
        "child_id": "1",
        "child_protection_plan_start_date": datetime(2025, 2, 1),
        "number_of_previous_child_protection_plans": 2,
    }
    care = {
        "child_id": "2",
        "date_started_to_be_looked_after": datetime(2025, 3, 1),
        "placement_location": "b) Out",
    }
    found = tables(
        {
            "List 6": (
                6,
                [
                    CHILD | {"child_id": "1", "case_status": "b) Child Protection plan"},
                    CHILD | {"child_id": "2", "case_status": "a) Looked after child"},
                ],
            ),
            "Child Protection": (7, [plan]),
            "Children in Care": (8, [care]),
        }
    )
    assert found["case"]["status_from"].tolist() == ["2025-02-01", "2025-03-01"]
    plans = found["plan"].set_index("kind")
    assert plans.loc["cp", "previous"] == "2"
    assert plans.loc["cla", "out_of_area"] == "true"


def test_care_leavers_of_list_9_are_cases(tables):
    leaver = {column: CHILD.get(column) for column in headings(9)} | {"child_id": "L1"}
    found = tables({"List 6": (6, [CHILD]), "Care Leavers": (9, [leaver])})
    assert found["case"]["status"].tolist() == ["child_in_need", "care_leaver"]


def test_a_sheet_without_rows_is_no_trouble(tables):
    sheets = {"List 6": (6, [CHILD]), "List 7": (7, []), "List 8": (8, []), "List 9": (9, [])}
    assert len(tables(sheets)["case"]) == 1


def test_without_team_and_staff_tables_names_are_kept_or_left_out(tables):
    case = tables(teams=None)["case"].iloc[0]
    assert case[["team_id", "service"]].tolist() == ["North team", "not recorded"]


def test_a_workbook_without_list_6_is_refused(tables):
    with pytest.raises(InputError, match=r"there is no sheet for list 6 \(Children in Need\)"):
        tables({"List 7": (7, [])})


def test_a_missing_heading_is_named(tables):
    with pytest.raises(
        InputError, match=r"'List 6' \(list 6\): the column Case status is missing"
    ) as refusal:
        tables(renamed={"Case status": "Status of case"})
    assert "row 1 are: Child Unique ID, Gender" in str(refusal.value)
    assert "0000123" not in str(refusal.value)


def test_a_sheet_without_the_standard_s_headings_is_refused(tables):
    with pytest.raises(InputError, match="no row holds the standard's headings"):
        tables(renamed={text: f"x {text}" for text in headings(6).values()})


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "annex_a.xlsx").write_text("not a workbook", encoding="utf-8")
    with pytest.raises(InputError, match="not a readable Excel workbook"):
        annex_a_tables(
            path=tmp_path / "annex_a.xlsx", name="annex_a.xlsx", as_at=AS_AT, teams=None, staff=None
        )


def test_a_missing_workbook_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.xlsx: no such file"):
        annex_a_tables(path=tmp_path / "none.xlsx", name="none.xlsx", as_at=AS_AT, teams=None, staff=None)


DAY = datetime(2025, 6, 30)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
START, END = "date_started_to_be_looked_after", "date_ceased_to_be_looked_after"
PLAN, PLAN_END = "child_protection_plan_start_date", "child_protection_plan_end_date"
STAYS = datetime(2024, 1, 1)


def opened(found):
    """The cases that the checks leave open on the day."""
    case, day = found.tables["case"], f"{AS_AT}"
    return case[
        ~(case["opened_on"] > day).fillna(False) & (case["closed_on"].isna() | (case["closed_on"] > day))
    ]


def book(need=(), plans=(), care=(), leaving=()):
    """Sheets of the four lists: each row is a child with some cells of its own."""
    rows = {6: need, 7: plans, 8: care, 9: leaving}
    return {f"List {number}": (number, [CHILD | row for row in rows[number]]) for number in rows}


@pytest.mark.parametrize(
    "title", ["6", "6 Children in Need", "List 06", "AA_6_children_in_need", "CIN", "L6"]
)
def test_sheets_of_other_names_and_versions_are_found(tables, title):
    assert len(tables({title: (6, [CHILD])})["case"]) == 1


@pytest.mark.parametrize("title", ["List 16", "2016", "6 months", "List 66"])
def test_a_sheet_that_names_another_list_or_none_is_not_read(tables, title):
    with pytest.raises(InputError, match=f"no sheet for list 6.*The sheets found are: {title}"):
        tables({title: (6, [CHILD])})


@pytest.mark.parametrize("second", ["List 6", "List 6 (2)", "Children in Need", "List 6 old"])
@pytest.mark.parametrize("rows", [[], [CHILD]])
def test_two_sheets_for_one_list_are_refused_by_name(tables, second, rows):
    with pytest.raises(InputError, match=r"the sheets 'List_6' and '.*' are for one list, list 6"):
        tables({"List_6": (6, [CHILD]), second: (6, rows)})


@pytest.fixture
def read_beside(tmp_path):
    """Read a workbook with list 6 and a second sheet, some of whose cells are filled; row 3 is hidden."""

    def read(second, cells=()):
        with xlsxwriter.Workbook(tmp_path / "two.xlsx") as two:
            sheet = two.add_worksheet("List_6")
            sheet.write_row(0, 0, headings(6).values())
            sheet.write_row(1, 0, ["1", "a) Male"])
            sheet.write_row(2, 0, ["2", "a) Male"])
            sheet.set_row(2, None, None, {"hidden": True})
            two.add_worksheet(second).write_row(0, 0, cells)
        return annex_a_tables(
            path=tmp_path / "two.xlsx", name="two.xlsx", as_at=AS_AT, teams=None, staff=None
        )

    return read


def test_an_empty_sheet_for_the_same_list_is_said_and_left(read_beside):
    assert "the sheet 'List 6' is empty and was not read" in read_beside("List 6").notes


def test_a_sheet_of_sums_under_a_list_s_title_is_said_and_left(read_beside):
    found = read_beside("CIN", ["Team", "Children", "Total"])
    assert "the sheet 'CIN' has no headings of its list and was not read" in found.notes
    with pytest.raises(InputError, match="the sheets 'List_6' and 'List 6' are for one list"):
        read_beside("List 6", ["Team", "Children", "Total"])


def test_hidden_rows_are_read_and_said(read_beside):
    found = read_beside("Notes")
    assert found.tables["case"]["case_id"].tolist() == ["1", "2"]
    assert "the sheet 'List_6': hidden rows that were read too: 1" in found.notes


def test_a_hidden_sheet_is_read_and_said(annex):
    found = annex({"List 6": (6, [CHILD]), "List 8": (8, [CHILD])}, hidden=["List 8"])
    assert "the sheet 'List 8' is hidden; it was read" in found.notes
    assert "there is no sheet for list 7 (Child protection)" in found.notes
    assert not any("list 6" in note for note in annex().notes)


def test_columns_that_the_kit_does_not_read_need_not_be_there(tables):
    unread = ("primary_need_code", "date_child_was_last_seen", "reason_for_closure", "placement_location")
    assert len(tables(book([{}], care=[{}]), without=unread)["case"]) == 1


@pytest.mark.parametrize(("gone", "band"), [("date_of_birth", "5-9"), ("age_years", "5-9")])
def test_a_birthday_or_an_age_is_enough(tables, gone, band):
    assert tables(without=[gone])["case"]["age_band"].tolist() == [band]


def test_a_list_without_birthday_and_age_is_refused(tables):
    with pytest.raises(InputError, match=r"the column Date of Birth, Age of Child \(Years\) is missing"):
        tables(without=["date_of_birth", "age_years"])


def test_headings_of_the_safeguarding_dataset_s_extract_are_read(tables):
    renamed = {
        "Child Unique ID": "ChildUniqueID",
        "Age of Child (Years)": "Age",
        "Does the Child have a Disability": "HasDisability",
        "Date Started to be Looked After": "LoookedAfterStartDate",
        "Date Ceased to be Looked After": "CeasedLookedAfterDate",
        "Allocated Team": "AllocatedTeam",
    }
    found = tables(
        {"List 6": (6, [CHILD]), "List 8": (8, [{"child_id": "8", START: STAYS}])}, renamed=renamed
    )
    assert found["case"]["status"].tolist() == ["child_in_need", "looked_after"]


@pytest.fixture
def read_late(tmp_path):
    """Read a workbook whose headings stand in the row given, under a title."""

    def read(row):
        with xlsxwriter.Workbook(tmp_path / "late.xlsx") as late:
            sheet = late.add_worksheet("List 6")
            sheet.write(0, 0, "Children in Need")
            sheet.write_row(row - 1, 0, headings(6).values())
        return annex_a_tables(
            path=tmp_path / "late.xlsx", name="late.xlsx", as_at=AS_AT, teams=None, staff=None
        )

    return read


def test_headings_are_looked_for_in_20_rows(read_late):
    assert read_late(20).tables["case"].empty
    with pytest.raises(InputError, match="no row holds the standard's headings"):
        read_late(21)


def test_a_heading_that_stands_twice_is_refused_only_where_the_kit_reads_it(tables):
    assert len(tables(renamed={"Primary Need Code": "Reason"})["case"]) == 1
    with pytest.raises(InputError, match="the heading Gender stands twice"):
        tables(renamed={"Primary Need Code": "Gender"})


def test_headings_that_the_standard_does_not_know_are_unused(annex):
    assert annex().unused == ()
    assert annex(renamed={"Primary Need Code": "Local note"}).unused == ("list 6: Local note",)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("CLA", "looked_after"),
        ("LAC", "looked_after"),
        ("a) Looked After", "looked_after"),
        ("CPP", "child_protection"),
        ("Child Protection", "child_protection"),
        ("CIN ", "child_in_need"),
        ("Child-in-need", "child_in_need"),
        ("d) Open Assessment", "open_assessment"),
        ("Assessment", "open_assessment"),
        ("Pre-proceedings", "Pre-proceedings"),
        ("f) Something else", "f) Something else"),
    ],
)
def test_a_status_is_known_by_its_usual_words_and_passed_on_otherwise(tables, written, status):
    assert tables(children=[{"case_status": written}])["case"]["status"].tolist() == [status]


def test_a_status_of_no_words_is_missing(tables):
    assert tables(children=[{"case_status": "N/A"}])["case"]["status"].isna().all()


def test_a_team_is_found_by_each_of_its_names_and_by_its_reference(tables):
    teams = pd.DataFrame(
        {
            "team_id": ["T1", "T1", "T2"],
            "name": ["North team", "North East", "Shared"],
            "service": ["A", "B", "C"],
        },
        dtype="string",
    )
    names = ["north  TEAM", "North\u00a0East", "T1", "Shared", "Nobody's", "#N/A"]
    case = tables(
        children=[{"child_id": f"{at}", "allocated_team": name} for at, name in enumerate(names)], teams=teams
    )
    assert case["case"]["team_id"].fillna("").tolist() == ["T1", "T1", "T1", "T2", "Nobody's", ""]
    assert case["case"]["service"].tolist() == ["A", "A", "A", "C", "not recorded", "not recorded"]


def test_a_name_that_leads_to_two_teams_stays_a_name(tables):
    teams = pd.DataFrame(
        {"team_id": ["T1", "T2"], "name": ["North team"] * 2, "service": ["A", "B"]}, dtype="string"
    )
    assert tables(teams=teams)["case"]["team_id"].tolist() == ["North team"]


def test_workers_who_are_not_found_or_are_two_are_counted(annex):
    staff = pd.DataFrame(
        {"staff_id": ["S1", "S2", "S3"], "name": ["Ada Invented", "Bo Made", "Bo Made"]}, dtype="string"
    )
    workers = ["Ada Invented", "ADA  invented", "S3", "Bo Made", "Cy Nobody", "Di Nobody", None]
    rows = [{"child_id": f"{at}", "allocated_worker": worker} for at, worker in enumerate(workers)]
    found = annex(children=rows, staff=staff)
    assert found.tables["case"]["worker_id"].fillna("").tolist() == ["S1", "S1", "S3", "", "", "", ""]
    assert "open cases with an allocated worker who is not in the staff table: 2" in found.notes
    assert (
        "open cases with an allocated worker whose name two people in the staff table have: 1" in found.notes
    )


@pytest.mark.parametrize("staff", [None, STAFF])
def test_names_of_workers_whom_no_staff_table_lists_are_kept_apart_for_the_scan(annex, staff):
    workers = ["Ada Invented", "Cy Nobody", "Cy Nobody", "Jo Li", None]
    closed = {"child_id": "9", "allocated_worker": "Di Gone", "cin_closure_date": DAY}
    rows = [{"child_id": f"{at}", "allocated_worker": worker} for at, worker in enumerate(workers)]
    found = annex(children=[*rows, closed], staff=staff)
    listed = {"Ada Invented"} if staff is None else set()
    assert found.unlisted == {"Cy Nobody", "Jo Li", "Di Gone"} | listed


def test_workers_of_closed_cases_are_not_counted(annex):
    closed = {"allocated_worker": "Cy Nobody", "cin_closure_date": DAY}
    assert not any("worker" in note for note in annex(children=[closed]).notes)
    assert any("worker" in note for note in annex(children=[closed | {"cin_closure_date": AFTER}]).notes)


def test_children_in_care_or_on_a_plan_who_are_not_in_list_6_are_cases_and_listed(annex):
    found = annex(
        book(
            [{}],
            plans=[{"child_id": "7", PLAN: STAYS}, {"child_id": "78", PLAN: STAYS}],
            care=[
                {"child_id": "8", START: BEFORE},
                {"child_id": "78", START: STAYS},
                {"child_id": "0000123"},
            ],
        )
    )
    case = found.tables["case"].set_index("case_id")
    assert case["status"].to_dict() == {
        "0000123": "child_in_need",
        "7": "child_protection",
        "8": "looked_after",
        "78": "looked_after",
    }
    assert case.loc["8", ["opened_on", "status_from", "team_id", "gender"]].tolist() == [
        *("2025-06-29", "2025-06-29", "T1", "Female"),
    ]
    listed = found.only_in_plans.set_index("case_id")[["list", "row"]]
    assert listed.loc[["7", "8", "78"]].to_numpy().tolist() == [[7, 2], [8, 2], [8, 3]]
    assert any(note.endswith("so cases by list 7 or 8: 3") for note in found.notes)


@pytest.mark.parametrize(
    ("start", "end", "is_a_case"),
    [
        (DAY, None, True),
        (AFTER, None, False),
        (STAYS, DAY, False),
        (STAYS, AFTER, True),
        (STAYS, "30/06/2025 09:00", False),
        (STAYS, "01/07/2025 09:00", True),
        (None, None, True),
    ],
)
def test_care_counts_as_at_the_day_and_not_before_or_after(annex, start, end, is_a_case):
    found = annex(book([{}], care=[{"child_id": "8", START: start, END: end}]))
    assert ("8" in found.only_in_plans["case_id"].tolist()) is is_a_case
    assert ("8" in found.tables["case"]["case_id"].tolist()) is is_a_case


def test_cases_whose_plan_no_list_shows_are_listed_the_other_way(annex):
    need = [
        {"child_id": "1", "case_status": "a) Looked after child"},
        {"child_id": "2", "case_status": "b) Child Protection plan"},
        {"child_id": "3", "case_status": "a) Looked after child"},
    ]
    found = annex(
        book(need, plans=[{"child_id": "2", PLAN: STAYS}], care=[{"child_id": "3", START: STAYS, END: DAY}])
    )
    assert found.not_in_plans.to_numpy().tolist() == [[8, 2, "1"], [8, 4, "3"]]
    assert found.only_in_plans.empty


def test_a_care_leaver_who_is_open_elsewhere_is_counted_there_once(annex):
    leaving = [{"child_id": "1"}, {"child_id": "2"}, {"child_id": "3"}, {"child_id": "4"}]
    need = [{"child_id": "1"}, {"child_id": "4", "cin_closure_date": DAY}]
    found = annex(book(need, care=[{"child_id": "2", START: STAYS}], leaving=leaving))
    assert opened(found).set_index("case_id")["status"].to_dict() == {
        "1": "child_in_need",
        "2": "looked_after",
        "3": "care_leaver",
        "4": "care_leaver",
    }
    assert "children of list 9 who are open in list 6, 7 or 8 and counted there: 2" in found.notes


@pytest.mark.parametrize(("closed", "is_open"), [(DAY, False), (AFTER, True), (BEFORE, False)])
def test_a_closure_counts_from_its_day_on(annex, closed, is_open):
    found = annex(children=[{"cin_closure_date": closed, "case_status": "e) Closed episode"}])
    assert len(opened(found)) == is_open
    assert len(found.tables["closure"]) == (not is_open)


@pytest.mark.parametrize(
    ("reason", "care", "status"),
    [
        ("RC7 - Services ceased", [], "child_in_need"),
        ("RC8 - Case closed after assessment", [], "open_assessment"),
        ("RC1 - Adopted", [{START: STAYS, END: AFTER}], "looked_after"),
        ("RC1 - Adopted", [{START: STAYS, END: DAY}], "child_in_need"),
    ],
)
def test_a_case_closed_after_the_day_has_the_status_of_the_day(annex, reason, care, status):
    closed = {"cin_closure_date": AFTER, "case_status": "e) Closed episode", "reason_for_closure": reason}
    found = annex(book([closed], care=care))
    assert opened(found)["status"].tolist() == [status]
    assert any("the status of the day" in note for note in found.notes)


@pytest.mark.parametrize(
    ("told", "plans", "care", "status"),
    [
        ("CLA", [], [{START: AFTER}], "child_in_need"),
        ("CLA", [{PLAN: STAYS, PLAN_END: AFTER}], [{START: AFTER}], "child_protection"),
        ("CLA", [], [{START: DAY}], "looked_after"),
        ("CIN", [], [{START: STAYS, END: AFTER}], "looked_after"),
        ("CIN", [], [{START: STAYS, END: DAY}], "child_in_need"),
        ("CIN", [{PLAN: STAYS, PLAN_END: AFTER}], [], "child_protection"),
        ("CP", [{PLAN: AFTER}], [], "child_in_need"),
        ("CP", [{PLAN: DAY}], [], "child_protection"),
        ("CLA", [{PLAN: STAYS, PLAN_END: AFTER}], [{START: STAYS}], "looked_after"),
    ],
)
def test_an_extract_made_later_gives_the_status_of_the_day(annex, told, plans, care, status):
    found = annex(book([{"case_status": told}], plans=plans, care=care))
    assert found.tables["case"]["status"].tolist() == [status]


def test_a_case_that_says_closed_without_a_day_is_passed_on_and_hides_no_child_in_care(annex):
    closed = {"case_status": "e) Closed episode"}
    found = annex(book([closed], care=[{START: STAYS}]))
    assert found.tables["case"]["status"].tolist() == ["closed", "looked_after"]


def test_a_status_dates_from_the_latest_open_plan(annex):
    care = [{START: datetime(2025, 3, 1)}, {START: STAYS, END: BEFORE}]
    for order in (care, care[::-1]):
        found = annex(book([{"case_status": "CLA"}], care=order))
        assert found.tables["case"]["status_from"].tolist() == ["2025-03-01"]
        assert len(found.tables["plan"]) == 2


@given(
    moves=st.lists(st.integers(1, 200), min_size=1, max_size=6, unique=True),
    day=st.integers(-10, 210),
    still_open=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_of_episodes_end_to_end_one_is_open_on_a_day_within_and_none_outside(moves, day, still_open, order):
    days = [STAYS.date() + timedelta(days=move) for move in [0, *sorted(moves)]]
    ends = [*days[1:-1], None] if still_open else days[1:]
    episodes = [
        {"child_id": "1", "cin_start_date": f"{start}", "cin_closure_date": f"{end}" if end else None}
        for start, end in zip(days, ends, strict=False)
    ]
    order.shuffle(episodes)
    as_at = STAYS.date() + timedelta(days=day)
    table = pd.DataFrame(episodes, dtype="string").reindex(columns=list(headings(6))).astype("string")
    found = _on_the_day(table, 6, as_at)
    within = days[0] <= as_at and (still_open or as_at < days[-1])
    assert found["open"].sum() == within


def test_a_child_closed_and_opened_again_is_right_on_both_sides_of_the_day(annex):
    episodes = [
        {
            "cin_start_date": STAYS,
            "cin_closure_date": datetime(2025, 6, 10),
            "case_status": "e) Closed episode",
        },
        {"cin_start_date": datetime(2025, 6, 20)},
    ]
    found = {day: annex(children=episodes, as_at=date(2025, 6, day)) for day in (9, 10, 19, 20)}
    closures = {day: len(one.tables["closure"]) for day, one in found.items()}
    plans = {day: len(one.tables["plan"]) for day, one in found.items()}
    assert closures == {9: 0, 10: 1, 19: 1, 20: 1}
    assert plans == {9: 1, 10: 0, 19: 0, 20: 1}


def test_a_workbook_as_dirty_as_the_public_sample_loses_no_child(annex):
    need = [
        {"child_id": f"{at}", "allocated_team": "#N/A", "allocated_worker": "#N/A", "age_years": 21.478}
        for at in (1, 2)
    ]
    need[1] |= {"date_of_birth": None, "has_disability": "b) No", "ethnicity": "s) NOBT"}
    plans = [
        {"child_id": "3", PLAN: STAYS, PLAN_END: BEFORE},
        {"child_id": "4", PLAN: STAYS, "has_disability": "Physical abuse", "gender": "\u00a0a) Male"},
    ]
    care = [{"child_id": "5", START: STAYS, "ethnicity": ""}, {"child_id": "6", START: STAYS, END: BEFORE}]
    renamed = {"Age of Child (Years)": "Age", "Case status": "Case Status", "LA In Touch": "LA in Touch "}
    found = annex(book(need, plans, care, [{"child_id": "7"}]), renamed=renamed)
    case = opened(found).set_index("case_id")
    assert case["status"].tolist() == [
        *["child_in_need"] * 2,
        "looked_after",
        "child_protection",
        "care_leaver",
    ]
    assert case["team_id"].isna().tolist() == [True, True, False, False, False]
    assert case.loc["2", ["age_band", "ethnicity_group"]].tolist() == ["18+", "Unknown"]
    assert case.loc["4", ["gender", "disability"]].tolist() == ["Male", "not understood"]
    assert found.only_in_plans["case_id"].tolist() == ["5", "4"]
