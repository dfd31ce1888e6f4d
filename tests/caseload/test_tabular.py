"""CSV files, workbooks and queries read as text."""

import sqlite3
from contextlib import closing
from datetime import date, datetime

import pytest
import xlsxwriter

from qaf_lib.caseload.tabular import cell_text, read_source, text_table
from qaf_lib.errors import InputError
from qaf_lib.parameters import Source


def csv(tmp_path, content, **source):
    (tmp_path / "t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source(source=Source(file="t.csv", **source), root=tmp_path)[1]


def book(tmp_path, rows, *, sheet="Sheet1", name="t.xlsx"):
    with xlsxwriter.Workbook(tmp_path / name) as workbook:
        formats = {datetime: workbook.add_format({"num_format": "dd/mm/yyyy"})}
        sheet = workbook.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value == "#N/A":
                    sheet.write_formula(at, column, "=NA()", None, "#N/A")
                else:
                    sheet.write(at, column, value, formats.get(type(value)))


def test_cells_stay_text_and_rows_keep_their_numbers(tmp_path):
    table = csv(tmp_path, "case_id,n\n0123456,1.50\n\n,\n0000001,NA\n")
    assert table["case_id"].tolist() == ["0123456", "0000001"]
    assert table["n"].tolist() == ["1.50", "NA"]
    assert table.index.tolist() == [2, 5]


def test_text_is_normalised_and_trimmed(tmp_path):
    table = csv(tmp_path, " name \n  Zoe\u0308\u00a0\n")
    assert table["name"].tolist() == ["Zoë"]


def test_windows_1252_and_a_byte_order_mark_are_read(tmp_path):
    assert csv(tmp_path, "name\nRenée – O’Neill\n".encode("cp1252"))["name"].tolist() == ["Renée – O’Neill"]
    assert csv(tmp_path, b"\xef\xbb\xbfname\nA\n").columns.tolist() == ["name"]


def test_text_that_is_neither_utf_8_nor_windows_1252_is_refused(tmp_path):
    with pytest.raises(InputError, match="neither UTF-8 nor Windows-1252"):
        csv(tmp_path, b"name\n\x81\n")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_error_cells_are_missing(tmp_path, error):
    assert csv(tmp_path, f"a,b\n{error},1\n")["a"].isna().all()


def test_a_short_row_has_missing_cells_and_a_long_one_is_refused(tmp_path):
    assert csv(tmp_path, "a,b\n1\n2,3\n")["b"].isna().tolist() == [True, False]
    with pytest.raises(InputError, match="do not all have the same number of columns"):
        csv(tmp_path, "a,b\n1,2\n1,2,3\n")


@pytest.mark.parametrize(
    ("content", "rule"),
    [("", "the file is empty"), ("a,b, a\n1,2,3\n", "the heading a stands twice")],
)
def test_a_table_that_cannot_be_read_one_way_is_refused(tmp_path, content, rule):
    with pytest.raises(InputError, match=rf"t\.csv: {rule}"):
        csv(tmp_path, content)


def test_a_missing_file_is_named_as_in_the_parameters(tmp_path):
    with pytest.raises(InputError, match=r"^data/none\.csv: no such file\. Check the path"):
        read_source(source=Source(file="data/none.csv"), root=tmp_path)


def test_a_workbook_is_read_the_same_as_a_csv(tmp_path):
    rows = [
        ["case_id", "opened_on", "tier", "ok", "team"],
        ["0123456", datetime(2025, 1, 31), 3.0, True, "#N/A"],
    ]
    book(tmp_path, rows)
    from_book = read_source(source=Source(file="t.xlsx"), root=tmp_path)[1]
    from_csv = csv(tmp_path, "case_id,opened_on,tier,ok,team\n0123456,2025-01-31,3,true,\n")
    assert from_book.equals(from_csv)


def test_a_sheet_is_chosen_by_name_and_a_missing_one_refused(tmp_path):
    book(tmp_path, [["a"], ["1"]], sheet="Audits")
    assert len(read_source(source=Source(file="t.xlsx", sheet="Audits"), root=tmp_path)[1]) == 1
    with pytest.raises(InputError, match="no sheet 'Other'; it has Audits"):
        read_source(source=Source(file="t.xlsx", sheet="Other"), root=tmp_path)


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "t.xlsx").write_text("not a workbook", encoding="utf-8")
    with pytest.raises(InputError, match="not a readable Excel workbook"):
        read_source(source=Source(file="t.xlsx"), root=tmp_path)


def test_columns_are_mapped_and_constants_added(tmp_path):
    table = csv(tmp_path, "Ref\n01\n", columns={"case_id": "Ref"}, constants={"unit": "child"})
    assert table.iloc[0].to_dict() == {"case_id": "01", "unit": "child"}


def test_a_mapped_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="the column Ref is missing, from which case_id is read"):
        csv(tmp_path, "a\n1\n", columns={"case_id": "Ref"})


@pytest.fixture
def database(tmp_path, monkeypatch):
    with closing(sqlite3.connect(tmp_path / "cases.sqlite")) as connection:
        connection.execute("CREATE TABLE c (ref TEXT, opened DATE, tier INTEGER, note TEXT)")
        connection.execute("INSERT INTO c VALUES ('0123456', '2025-01-31', 3, NULL)")
        connection.commit()
    monkeypatch.setenv("QAF_TEST_DATABASE", f"sqlite:///{tmp_path / 'cases.sqlite'}")


def query(sql, tmp_path):
    return read_source(source=Source(query=sql, address_in="QAF_TEST_DATABASE"), root=tmp_path)


@pytest.mark.usefixtures("database")
def test_a_query_is_read_as_text(tmp_path):
    name, table = query("SELECT ref AS case_id, opened, tier, note FROM c", tmp_path)
    assert name == "query (QAF_TEST_DATABASE)"
    assert table.fillna("").to_numpy().tolist() == [["0123456", "2025-01-31", "3", ""]]


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
        ("0123", "0123"),
    ],
)
def test_a_cell_is_text_that_can_be_read_one_way(value, text):
    assert cell_text(value) == text


def test_columns_without_a_heading_are_left_out():
    table = text_table(["a", "", " "], [["1", "2", "3"], ["", "4", ""]], name="t")
    assert table.to_dict("list") == {"a": ["1"]}
