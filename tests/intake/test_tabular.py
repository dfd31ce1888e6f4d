"""Files and queries read as text under the kit's names."""

import sqlite3
from contextlib import closing
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.errors import InputError
from qaf_lib.intake import text_files
from qaf_lib.intake.cells import WORDS_FOR_NOTHING, cell_text, folded
from qaf_lib.intake.tabular import gathered, read_source
from qaf_lib.parameters import Source

KNOWN = ("case_id", "team_id", "status", "opened_on", "overall_grade", "reaudit_of")


def read(tmp_path, file="t.csv", *, known=KNOWN, required=("case_id",), **source):
    return read_source(source=Source(file=file, **source), root=tmp_path, known=known, required=required)


def csv(tmp_path, content, **source):
    (tmp_path / "t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(tmp_path, **source)


def book(tmp_path, sheets, *, hidden=(), name="t.xlsx"):
    """A workbook of sheets, each given as rows."""
    with xlsxwriter.Workbook(tmp_path / name) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for title, rows in sheets.items():
            sheet = workbook.add_worksheet(title)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(at, column, value, day if isinstance(value, date) else None)
            if title in hidden:
                sheet.hide()


def cells(table):
    return table.fillna("").to_dict("list")


def test_cells_stay_text_and_rows_keep_their_numbers(tmp_path):
    found = csv(tmp_path, "case_id,status\n0123456,1.50\n\n,\n0000001,NA\n")
    assert cells(found.text) == {"case_id": ["0123456", "0000001"], "status": ["1.50", "NA"]}
    assert found.text.index.tolist() == [2, 5]
    assert (found.text.dtypes == "string").all()
    assert (found.name, found.unused, found.notes) == ("t.csv", (), ())


def test_text_is_normalised_and_trimmed_and_loses_what_nobody_sees(tmp_path):
    found = csv(tmp_path, "case_id,status\n\u200b 01\ufeff,\u00a0 Zoe\u0308\u00a0\n")
    assert cells(found.text) == {"case_id": ["01"], "status": ["Zoë"]}


@pytest.mark.parametrize("word", ["N/A", "-", "NULL", "#N/A", "#REF!", "None"])
def test_words_for_nothing_are_left_to_the_checks(tmp_path, word):
    assert csv(tmp_path, f"case_id,status\n1,{word}\n").text["status"].tolist() == [word]


@pytest.mark.parametrize("word", ["n/a", "N/A", "NA", "-", "–", "NULL", "#N/A", "#DIV/0!"])
def test_words_that_stand_for_nothing_are_known(word):
    assert folded(word) in WORDS_FOR_NOTHING


@pytest.mark.parametrize("word", ["None", "nil", "not applicable", "0", "", "Nan", "-1"])
def test_words_that_somebody_may_mean_do_not_stand_for_nothing(word):
    assert folded(word) not in WORDS_FOR_NOTHING


@pytest.mark.parametrize(
    "heading",
    [
        "Case ID",
        "CASE_ID",
        " case-id ",
        "case\u00a0id",
        "\ufeffcase_id",
        "Case\u200b_ID",
        '"Case\nID"',
        "case__id",
    ],
)
def test_headings_are_matched_whatever_their_case_and_blanks(tmp_path, heading):
    found = csv(tmp_path, f"{heading},status\n1,a\n")
    assert cells(found.text) == {"case_id": ["1"], "status": ["a"]}
    assert found.unused == ()


@pytest.mark.parametrize(("one", "other"), [("-1", "1"), ("a b", "ab"), ("café", "cafe"), ("1-2", "12")])
def test_what_differs_in_more_than_case_and_blanks_is_not_alike(one, other):
    assert folded(one) != folded(other)


@given(st.text(max_size=12))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_two_headings_that_coincide_are_refused_only_where_they_are_read(tmp_path):
    content = "case_id,Overall_Grade,note,Note, overall grade\n1,good,a,b,poor\n"
    with pytest.raises(
        InputError, match=r"overall_grade stands twice in row 1: 'Overall_Grade' \(column B\) and"
    ):
        csv(tmp_path, content)
    found = csv(tmp_path, content, known=("case_id",))
    assert found.unused == ("Overall_Grade", "note", "Note", "overall grade")


def test_headings_that_nothing_reads_are_told_as_they_are_spelled(tmp_path):
    assert csv(tmp_path, "Worker,case_id,Overal_Grade\na,1,good\n").unused == ("Worker", "Overal_Grade")


def test_filled_cells_without_a_heading_are_told(tmp_path):
    found = csv(tmp_path, "case_id,,status,\n1,x,a,\n2,,b,\n3,y,c,z\n")
    assert found.notes == (
        "column B has no heading and was not read (2 filled cells)",
        "column D has no heading and was not read (1 filled cell)",
    )


def test_a_row_with_more_filled_cells_than_headings_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"2 rows have more filled cells .* \(rows 3, 4\)"):
        csv(tmp_path, "case_id,status\n1,a\n2,b,c\n3,,c\n")


def test_short_rows_are_filled_and_longer_empty_ones_told(tmp_path):
    found = csv(tmp_path, "case_id,status\n1\n2,b,,\n3,c\n")
    assert cells(found.text) == {"case_id": ["1", "2", "3"], "status": ["", "b", "c"]}
    assert len(found.notes) == 1
    assert "1 row from row 3 on end in more empty cells" in found.notes[0]
    assert csv(tmp_path, "case_id,status\n1,a,\n2,b,\n").notes == ()


def test_a_heading_without_rows_is_an_empty_table(tmp_path):
    found = csv(tmp_path, "case_id,status\n", answers={"q": "status"})
    assert found.text.columns.tolist() == ["case_id", "status"]
    assert (len(found.text), len(found.answers), found.answers.columns.tolist()) == (0, 0, ["q"])
    assert (found.text.dtypes == "string").all()


@pytest.mark.parametrize("content", ["", "\n\n", ",,\n,\n"])
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(InputError, match=r"t\.csv: the (file is|first rows are) empty"):
        csv(tmp_path, content)


def test_a_missing_file_is_named_as_in_the_parameters(tmp_path):
    with pytest.raises(InputError, match=r"^data/none\.csv: no such file\. Check the path"):
        read(tmp_path, "data/none.csv")


def test_one_heading_feeds_two_columns_and_constants_fill_others(tmp_path):
    found = csv(
        tmp_path,
        "REF, Team\n01,North\n",
        columns={"case_id": "Ref", "team_id": "team", "status": "Team"},
        constants={"overall_grade": "good"},
    )
    assert cells(found.text) == {
        "case_id": ["01"],
        "team_id": ["North"],
        "status": ["North"],
        "overall_grade": ["good"],
    }
    assert found.unused == ()


def test_a_mapping_or_a_constant_wins_over_the_files_own_column(tmp_path):
    content = "case_id,Status,plan,team_id\n1,Open,need,T9\n"
    found = csv(tmp_path, content, columns={"status": "plan"}, constants={"team_id": "T1"})
    assert cells(found.text) == {"case_id": ["1"], "team_id": ["T1"], "status": ["need"]}
    assert found.unused == ("Status", "team_id")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (
            {"columns": {"staus": "case_id"}},
            "columns names staus, which is no column.*Name one of: case_id, opened",
        ),
        ({"constants": {"staus": "open"}}, "constants names staus"),
        ({"values": {"staus": {"a": "b"}}}, "values names staus"),
        ({"values": {"answer": {"a": "b"}}}, "values names answer"),
        ({"values": {"status": {"CIN": "a", "cin ": "b"}}}, r"values\.status gives 'cin ' two meanings"),
        (
            {"columns": {"status": "a"}, "constants": {"status": "b"}},
            "status is mapped in columns and filled",
        ),
        (
            {"columns": {"status": "Plan"}},
            "the column Plan is missing, from which status is read. Row 1 holds: case_id",
        ),
        ({"answers": {"voice": "Voice"}}, "the column Voice is missing, from which voice is read"),
        ({"sheet": "Log"}, "sheet names 'Log', but the file has no sheets"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(tmp_path, mapping, said):
    with pytest.raises(InputError, match=said):
        csv(tmp_path, "case_id\n1\n", **mapping)


def test_words_are_mapped_many_to_one_folded_and_blank_on_either_side(tmp_path):
    words = {"CIN": "need", "child in need": "need", "": "unknown", "Closed": ""}
    found = csv(
        tmp_path, "case_id,status\n1,cin \n2,Child_In-Need\n3,CP\n4,\n5,CLOSED\n", values={"status": words}
    )
    assert cells(found.text)["status"] == ["need", "need", "CP", "unknown", ""]
    assert found.text["status"].dtype == "string"


def test_wide_answers_are_read_by_question_with_their_words_mapped(tmp_path):
    found = csv(
        tmp_path,
        "case_id,Voice,Plan\n1,Y,n\n2,,maybe\n",
        answers={"voice": "voice", "plan": "Plan"},
        values={"answer": {"y": "yes", "n": "no"}},
    )
    assert cells(found.answers) == {"voice": ["yes", ""], "plan": ["no", "maybe"]}
    assert found.answers.index.equals(found.text.index)
    assert found.unused == ()


def test_headings_are_found_below_a_title(tmp_path):
    title = "Caseload,,\nRun on 30/06/2026,,\n\n"
    found = csv(tmp_path, f"{title}Case ID,Status,Team ID\n1,a,T1\n")
    assert cells(found.text) == {"case_id": ["1"], "team_id": ["T1"], "status": ["a"]}
    assert found.text.index.tolist() == [5]
    assert found.notes == ("the headings stand in row 4",)


@pytest.mark.parametrize(("above", "is_found"), [(19, True), (20, False)])
def test_headings_are_looked_for_in_twenty_rows(tmp_path, above, is_found):
    content = "title\n" * above + "case_id\n1\n"
    if is_found:
        assert csv(tmp_path, content).text.index.tolist() == [21]
    else:
        with pytest.raises(InputError, match="the column case_id is missing"):
            csv(tmp_path, content)
        assert len(csv(tmp_path, content, header_row=21).text) == 1


def test_row_one_wins_and_two_rows_further_down_are_refused(tmp_path):
    assert len(csv(tmp_path, "case_id\n1\ncase_id\n2\n").text) == 3
    with pytest.raises(InputError, match=r"the rows 2, 4 each hold every heading\. Say which"):
        csv(tmp_path, "title\ncase_id\n1\ncase_id\n2\n")
    assert csv(tmp_path, "title\ncase_id\n1\ncase_id\n2\n", header_row=4).text.index.tolist() == [5]


def test_a_header_row_that_is_not_there_or_holds_no_headings_is_refused(tmp_path):
    with pytest.raises(InputError, match="header_row is 9, but there are 2 rows"):
        csv(tmp_path, "case_id\n1\n", header_row=9)
    with pytest.raises(InputError, match="the column case_id is missing"):
        csv(tmp_path, "case_id\n1\n", header_row=2)


def test_missing_columns_are_told_with_the_sheet_the_row_and_the_headings(tmp_path):
    book(tmp_path, {"Log": [["Title"], ["Case ID", "Stage"], ["FV-1", "a"]]})
    said = r"^t\.xlsx, sheet 'Log': the columns team_id, status are missing\. Row 2 holds: Case ID, Stage\."
    with pytest.raises(InputError, match=said):
        read(tmp_path, "t.xlsx", required=("case_id", "team_id", "status"))


@pytest.mark.parametrize("row", ["400000,Ann Other,13", "4001234,ann@example.org"])
def test_a_record_where_headings_should_be_is_never_shown(tmp_path, row):
    with pytest.raises(InputError, match="looks like a record") as refused:
        csv(tmp_path, f"{row}\n{row}\n")
    assert not any(cell in str(refused.value) for cell in row.split(","))


def test_a_workbook_is_read_the_same_as_a_csv(tmp_path):
    book(tmp_path, {"S": [["case_id", "opened_on", "status"], ["0123456", datetime(2025, 1, 31), 3.0]]})
    from_csv = csv(tmp_path, "case_id,opened_on,status\n0123456,2025-01-31,3\n")
    assert read(tmp_path, "t.xlsx").text.equals(from_csv.text)


def test_a_sheet_is_chosen_by_its_folded_name_and_a_missing_one_refused(tmp_path):
    book(tmp_path, {"Audit Log": [["case_id"], ["1"]], "Other": [["case_id"], ["2"]]})
    assert read(tmp_path, "t.xlsx", sheet="audit_log").text["case_id"].tolist() == ["1"]
    with pytest.raises(InputError, match="no sheet 'Third'; it has Audit Log, Other"):
        read(tmp_path, "t.xlsx", sheet="Third")


def test_the_sheet_with_the_headings_is_found_and_two_of_them_refused(tmp_path):
    book(tmp_path, {"Notes": [["About"]], "Log": [["case_id"], ["1"]]})
    assert read(tmp_path, "t.xlsx").text["case_id"].tolist() == ["1"]
    book(tmp_path, {"Old": [["Case ID"]], "Log": [["x"], ["case_id"], ["1"]]})
    with pytest.raises(
        InputError, match=r"the sheets 'Old', 'Log' each hold every heading\. Say which with sheet"
    ):
        read(tmp_path, "t.xlsx")


def test_hidden_sheets_are_told_and_not_read_unless_they_are_named(tmp_path):
    book(tmp_path, {"Log": [["case_id"], ["1"]], "Old": [["case_id"], ["2"]]}, hidden=("Old",))
    assert read(tmp_path, "t.xlsx").notes == ("a sheet is hidden and not read: 'Old'",)
    found = read(tmp_path, "t.xlsx", sheet="Old")
    assert (found.text["case_id"].tolist(), found.notes) == (
        ["2"],
        ("the sheet 'Old' is hidden; it was read",),
    )
    book(tmp_path, {"Log": [["x"]], "Old": [["case_id"], ["2"]]}, hidden=("Old",))
    with pytest.raises(InputError, match="only the hidden sheet 'Old' holds every heading"):
        read(tmp_path, "t.xlsx")


def test_hidden_rows_merged_cells_and_unsaved_formulas_are_told(tmp_path):
    made = openpyxl.Workbook()
    for row in (["case_id", "status"], ["1", "=1+1"], ["2", "b"], ["3", "c"]):
        made.active.append(row)
    made.active.merge_cells("B3:B4")
    made.active.row_dimensions[3].hidden = True
    made.save(tmp_path / "t.xlsx")
    assert read(tmp_path, "t.xlsx").notes == (
        "1 hidden row was read too",
        "1 formula without a stored value read as empty; open the workbook in Excel and save it",
        "1 merged area among the rows: only the first cell of each is filled",
    )


def test_numeric_references_are_told_where_the_format_loses_their_zeros():
    found = read_source(
        source=Source(file="files/old_workbook.xls"),
        root=Path(__file__).parent,
        known=KNOWN,
        required=("case_id", "overall_grade"),
    )
    assert found.text["case_id"].tolist() == ["123456", "700001", "700002", "FV-1"]
    assert "case_id holds 3 numbers, and this format does not tell leading zeros" in found.notes[-1]


@pytest.mark.parametrize("name", ["t.xlsx", "t.xls", "t.txt", "t"])
def test_text_is_read_whatever_its_name_ends_in(tmp_path, name):
    (tmp_path / name).write_text("case_id\tstatus\n1\ta\n", encoding="utf-16")
    assert cells(read(tmp_path, name).text) == {"case_id": ["1"], "status": ["a"]}


def test_a_workbook_is_read_whatever_its_name_ends_in(tmp_path):
    book(tmp_path, {"S": [["case_id"], ["1"]]}, name="t.csv")
    assert read(tmp_path, "t.csv").text["case_id"].tolist() == ["1"]


def test_a_web_page_that_is_called_xls_is_read(tmp_path):
    page = (
        "<html><head><style>td {}</style></head><body><table><tr><td colspan=2>Caseload</td></tr>"
        "<tr><th>Case<br>ID</th><th>Status<tr><td>0123456<td> a &amp;&nbsp;b </table></body></html>"
    )
    (tmp_path / "t.xls").write_text(page, encoding="utf-8")
    found = read(tmp_path, "t.xls")
    assert cells(found.text) == {"case_id": ["0123456"], "status": ["a & b"]}
    assert found.text.index.tolist() == [3]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<tr>" + "<td colspan=1000>a" * 20_001, "the page spans more than 20,000,000 cells"),
        ("<!-- " + "a" * 400_000, "a tag or comment is longer than 300,000 characters"),
        ("<td " + "a " * 200_000, "a tag or comment is longer than 300,000 characters"),
        ("<!-- " + "a" * 100_000, "the page is damaged: a tag or comment is not closed"),
        ("<![<![", "the page is damaged: a tag or comment is not closed"),
    ],
)
def test_a_page_made_to_stop_the_reader_is_refused(tmp_path, page, said):
    with pytest.raises(InputError, match=rf"^t\.csv: .*{said}"):
        csv(tmp_path, f"<html><table><tr><td>case_id</table>{page}")


@pytest.mark.parametrize("limit", ["PAGE_TAGS", "ROWS"])
def test_a_page_of_tags_without_end_is_refused(tmp_path, monkeypatch, limit):
    page = "<html><table>" + "<tr><td>case_id" + "<tr><td>1" * 30
    assert len(csv(tmp_path, page).text) == 30
    monkeypatch.setattr(text_files, limit, 30)
    with pytest.raises(InputError, match=r"the page has more than 30 (tags|rows)"):
        csv(tmp_path, page)


def test_a_long_page_is_read_whole_wherever_it_is_cut(tmp_path):
    rows = "".join(f"<tr><td>{n}</td><td>a &amp; b</td></tr>" for n in range(9_000))
    found = csv(
        tmp_path, f"<html><!-- {'c' * 200_000} --><table><tr><td>case_id<td>status</tr>{rows}</table>"
    )
    assert cells(found.text) == {"case_id": [str(n) for n in range(9_000)], "status": ["a & b"] * 9_000}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"PAR1", "a Parquet file"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML spreadsheet",
        ),
        (b"<?xml version='1.0'?><records/>", "an XML file"),
        (b'[{"case_id": 1}]', "a JSON file"),
        (b"MIME-Version: 1.0\n", "a web archive"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, content, said):
    with pytest.raises(InputError, match=rf"^t\.csv: .*{said}"):
        csv(tmp_path, content)


@pytest.fixture
def database(tmp_path, monkeypatch):
    with closing(sqlite3.connect(tmp_path / "cases.sqlite")) as connection:
        connection.execute("CREATE TABLE c (ref TEXT, opened DATE, tier INTEGER, note TEXT)")
        connection.execute("INSERT INTO c VALUES ('0123456', '2025-01-31', 3, NULL)")
        connection.commit()
    monkeypatch.setenv("QAF_TEST_DATABASE", f"sqlite:///{tmp_path / 'cases.sqlite'}")


def query(sql, tmp_path):
    source = Source(query=sql, address_in="QAF_TEST_DATABASE")
    return read_source(source=source, root=tmp_path, known=KNOWN, required=("case_id",))


@pytest.mark.usefixtures("database")
def test_a_query_is_read_as_text(tmp_path):
    found = query('SELECT ref AS "Case ID", opened AS Opened_On, tier AS status, note FROM c', tmp_path)
    assert (found.name, found.unused) == ("query (QAF_TEST_DATABASE)", ("note",))
    assert cells(found.text) == {"case_id": ["0123456"], "status": ["3"], "opened_on": ["2025-01-31"]}
    assert found.text.index.tolist() == [2]


@pytest.mark.usefixtures("database")
def test_a_query_without_rows_is_an_empty_table(tmp_path):
    assert len(query("SELECT ref AS case_id FROM c WHERE 1 = 0", tmp_path).text) == 0


@pytest.mark.usefixtures("database")
def test_a_query_the_database_refuses_is_told_without_its_address(tmp_path):
    with pytest.raises(InputError, match=r"the database refused it \(OperationalError\)") as refused:
        query("SELECT nothing FROM nowhere", tmp_path)
    assert "sqlite" not in str(refused.value)


def test_an_unset_address_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("QAF_TEST_DATABASE", raising=False)
    with pytest.raises(InputError, match="QAF_TEST_DATABASE: the environment variable is not set"):
        query("SELECT 1", tmp_path)


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("my secret", "the database refused it"),
        ("mssql+nodriver://my secret@host/db", "the database refused it"),
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(tmp_path, monkeypatch, address, rule):
    monkeypatch.setenv("QAF_TEST_DATABASE", address)
    with pytest.raises(InputError, match=rf"QAF_TEST_DATABASE.*{rule}") as refused:
        query("SELECT 1", tmp_path)
    assert "my secret" not in str(refused.value)


def test_a_driver_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_TEST_DATABASE", "mssql+pymssql://me@host/db")
    with pytest.raises(InputError, match="the database's driver pymssql is not installed"):
        query("SELECT 1", tmp_path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (12.0, "12"),
        (1.5, "1.5"),
        (123456, "123456"),
        (date(2025, 1, 31), "2025-01-31"),
        (datetime(2025, 1, 31), "2025-01-31"),
        (datetime(2025, 1, 31, 14, 5), "2025-01-31 14:05:00"),
        (datetime(2025, 1, 31, 14, 4, 59, 999_900), "2025-01-31 14:05:00"),
        (datetime(2025, 1, 31, tzinfo=timezone(timedelta(hours=1))), "2025-01-31"),
        (time(14, 5), "14:05:00"),
        (timedelta(hours=30), "30:00:00"),
        (Decimal("1.50"), "1.50"),
        (Decimal("12.00"), "12"),
        (1e15, "1000000000000000"),
        (float("nan"), ""),
        (b"0123", "0123"),
        (b"\xff\x01", "ff01"),
        (memoryview(b"a"), "a"),
        ("0123", "0123"),
    ],
)
def test_a_cell_is_text_that_can_be_read_one_way(value, text):
    assert cell_text(value) == text


def test_a_row_filled_under_no_heading_alone_is_left_out():
    rows = [["1", "2", "3"], ["", "4", ""], [], ["5"]]
    columns = gathered(rows, first=7, headings=["a", "", ""], places=[0]).columns
    assert columns.to_dict("list") == {0: ["1", "5"]}
    assert columns.index.tolist() == [7, 10]


@given(st.lists(st.lists(st.sampled_from(["", "a", " b ", "\u00a0"]), max_size=4), max_size=1300))
def test_every_filled_row_is_kept_with_its_number(rows):
    columns = gathered(rows, first=2, headings=["a", "b", "", "d"], places=[0, 1, 3]).columns
    filled = {n: row for n, row in enumerate(rows, 2) if any(cell.strip() for cell in row[:2] + row[3:])}
    assert columns.index.tolist() == list(filled)
    assert columns[1].fillna("").tolist() == [(row + [""] * 4)[1].strip() for row in filled.values()]
