"""Annex A workbooks as councils really fill them in."""

from datetime import date, datetime

import pandas as pd
import pytest
import xlsxwriter

from qaf_lib.caseload.annex_a import annex_a_standard, annex_a_tables
from qaf_lib.errors import InputError

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
def tables(tmp_path):
    """Write a workbook and read it: `sheets` maps a sheet's title to its list's number and children."""

    def read(sheets=None, *, children=({},), renamed=None, title=None, teams=TEAMS):
        sheets = sheets or {"List 6": (6, [CHILD | change for change in children])}
        with xlsxwriter.Workbook(tmp_path / "annex_a.xlsx", {"default_date_format": "dd/mm/yyyy"}) as book:
            known = {text for number, _ in sheets.values() for text in headings(number).values()}
            assert set(renamed or {}) <= known
            for name, (number, rows) in sheets.items():
                sheet, named = book.add_worksheet(name), headings(number)
                top = [[title]] if title else []
                written = [*top, [(renamed or {}).get(text, text) for text in named.values()]]
                for at, row in enumerate(
                    [*written, *([row.get(column) for column in named] for row in rows)]
                ):
                    for place, value in enumerate(row):
                        sheet.write(at, place, value) if value is not None else None
        return annex_a_tables(
            path=tmp_path / "annex_a.xlsx", name="annex_a.xlsx", as_at=AS_AT, teams=teams, staff=STAFF
        )

    return read


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


def test_text_that_is_no_code_is_missing_not_guessed(tables):
    case = tables(children=[{"gender": "see notes", "ethnicity": "unsure", "has_disability": "c) Unknown"}])[
        "case"
    ]
    assert case[["gender", "ethnicity_group", "disability"]].isna().all(axis=None)


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


def test_a_closed_child_is_a_closure_and_no_case(tables):
    closed = {"child_id": "9", "cin_closure_date": datetime(2025, 6, 1), "case_status": "e) Closed episode"}
    found = tables(children=[{}, closed])
    assert found["case"]["case_id"].tolist() == ["0000123"]
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
    with pytest.raises(InputError, match=r"annex_a.xlsx \(list 6\): the column Case status is missing"):
        tables(renamed={"Case status": "Status of case"})


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
