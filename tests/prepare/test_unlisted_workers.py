"""Names of workers that Annex A brings and no staff table lists: known to the register, so that no edition shows them."""

from datetime import date

import pytest
import xlsxwriter

from qaf_lib.disclosure import scan_folder
from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.prepare import prepare

STAFF = "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
CHILD = {
    "gender": "b) Female",
    "ethnicity": "a) WBRI",
    "date_of_birth": date(2015, 7, 1),
    "age_years": 9,
    "has_disability": "b) No",
    "cin_start_date": date(2024, 5, 1),
    "case_status": "c) Child in need plan",
    "allocated_team": "North team",
}


def write_annex_a(path, workers):
    standard = annex_a_standard()
    columns = next(entry["columns"] for entry in standard["lists"] if entry["list"] == 6)
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("List 6")
        sheet.write_row(0, 0, [standard["columns"][column]["name"] for column in columns])
        for at, worker in enumerate(workers, start=1):
            child = CHILD | {"child_id": f"00{at:05d}", "allocated_worker": worker}
            for place, column in enumerate(columns):
                if column in child:
                    sheet.write(at, place, child[column])


@pytest.fixture
def with_annex_a(project):
    project.change("parameters/tiny.yml", "cases: data/cases.csv", "annex_a: data/annex_a.xlsx")
    write_annex_a(project.root / "data/annex_a.xlsx", ["Ada Invented", "Li, Jo", "Łukasz O'Made", None])
    return project


def references(project, kind="staff"):
    identity = project.register("identity")
    return sorted(identity.loc[identity["kind"] == kind, "reference"])


def test_every_worker_is_known_where_there_is_no_staff_table(with_annex_a):
    with_annex_a.prepare()
    assert references(with_annex_a) == ["Ada Invented", "Li, Jo", "Łukasz O'Made"]
    assert with_annex_a.register("case")["worker_id"].isna().all()


def test_workers_whom_the_staff_table_does_not_list_are_known_beside_those_it_lists(with_annex_a):
    with_annex_a.add_records("staff", STAFF + "S-1,Ada Invented,Worker,T1,Care,1,2020-01-01,true,false\n")
    with_annex_a.prepare()
    assert references(with_annex_a) == ["Ada Invented", "Li, Jo", "S-1", "Łukasz O'Made"]


@pytest.mark.parametrize("text", ["Ada Invented", "INVENTED, ADA", "Jo Li", "Lukasz O’Made"])
def test_a_page_that_names_such_a_worker_is_stopped(with_annex_a, tmp_path, text):
    prepare(with_annex_a.parameters())
    page = tmp_path / "pages" / "page.html"
    page.parent.mkdir()
    page.write_text(f"<p>Seen by {text}.</p>", encoding="utf-8")
    known = with_annex_a.register("identity")["reference"].tolist()
    assert len(scan_folder(folder=page.parent, references=known)) == 1
