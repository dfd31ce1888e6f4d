"""Text files with delimiters, in the encodings and shapes that systems export."""

import csv
import os
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.errors import InputError
from qaf_lib.intake.file_kinds import COLUMNS, FILE_BYTES, PAGE_BYTES, ROWS, TEXT_BYTES, file_kind
from qaf_lib.intake.text_files import read_delimited

HEADINGS = frozenset({"case id", "name", "n"})
RECORDS = [["case_id", "name"], ["0123456", "Renée – O’Neill"]]


def records(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_delimited(path=path, name="t.csv", headings=HEADINGS))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_usual_delimiter_and_line_end_is_read(tmp_path, delimiter, end):
    text = end.join(delimiter.join(record) for record in RECORDS) + end
    assert [[cell.strip() for cell in record] for record in records(tmp_path, text)] == RECORDS


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_every_usual_encoding_is_read(tmp_path, encoding):
    text = "\n".join(",".join(record) for record in RECORDS)
    assert records(tmp_path, text.encode(encoding)) == RECORDS


def test_a_big_endian_mark_is_understood(tmp_path):
    assert records(tmp_path, b"\xfe\xff" + "case_id\n1".encode("utf-16-be")) == [["case_id"], ["1"]]


def test_text_that_is_neither_utf_8_nor_windows_1252_is_refused(tmp_path):
    with pytest.raises(InputError, match="neither UTF-8 nor Windows-1252"):
        records(tmp_path, b"name\n\x81\n")


@pytest.mark.parametrize("line", ["sep=;", "SEP=;\r", '"sep=;"'])
def test_a_first_line_that_names_the_delimiter_is_obeyed_and_not_counted(tmp_path, line):
    assert records(tmp_path, f"{line}\ncase_id;name\n1;a,b\n") == [["case_id", "name"], ["1", "a,b"]]


def test_the_delimiter_is_the_one_that_shows_headings_whatever_a_title_holds(tmp_path):
    found = records(tmp_path, "Report, run on 1 July, by QA, for all\ncase_id;name\n1;a, b\n")
    assert found[1:] == [["case_id", "name"], ["1", "a, b"]]


def test_quoted_cells_hold_delimiters_line_breaks_and_quotation_marks(tmp_path):
    found = records(tmp_path, 'case_id,name\r\n1,"a, ""b""\r\nc"\r\n2, "d, e"\r\n')
    assert found[1:] == [["1", 'a, "b"\r\nc'], ["2", "d, e"]]


def test_a_lone_carriage_return_inside_a_line_starts_no_record(tmp_path):
    assert records(tmp_path, "case_id,name\r\n1,a\rb\r\n") == [["case_id", "name"], ["1", "a b"]]


def test_a_blank_line_is_an_empty_record(tmp_path):
    assert records(tmp_path, "case_id\n\n1\n") == [["case_id"], [], ["1"]]


def test_a_quotation_mark_within_an_open_cell_is_a_character(tmp_path):
    assert records(tmp_path, 'case_id,name\n1,5" tall\n')[1] == ["1", '5" tall']


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n", "the file is empty"),
        (b"\x1a", "the file is empty"),
        (b"case_id,name\n1,a\x00b\n", "holds NUL characters"),
        (b'case_id,name\n1,a\n2,"b\n3,c\n', "row 3 opens a quotation mark that is never closed"),
        (b'case_id,name\n1,"a" b\n', "row 2 has a quotation mark inside a quoted cell that is not doubled"),
        (b"case_id,name\n1," + b"a" * 131_073 + b"\n", "row 2 has a cell of more than 131,072 characters"),
    ],
)
def test_what_cannot_be_read_one_way_is_a_sentence(tmp_path, content, said):
    with pytest.raises(InputError, match=rf"^t\.csv: .*{said}"):
        records(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("case_id\n" + "," * COLUMNS, "row 2 has more than 16,384 cells"),
        ("case_id\n" + "1\n" * ROWS, "it has more than 1,048,576 rows"),
        ("case_id\n" + ("," * 1_000 + "\n") * 20_001, "it has more than 20,000,000 cells"),
    ],
)
def test_a_text_larger_than_any_sheet_is_refused(tmp_path, content, said):
    with pytest.raises(InputError, match=rf"^t\.csv: too large to be read: {said}\. Export only the rows"):
        records(tmp_path, content)


def test_a_text_as_large_as_a_sheet_is_read(tmp_path):
    assert len(records(tmp_path, "case_id\n" + "," * (COLUMNS - 1))[1]) == COLUMNS
    assert len(records(tmp_path, "case_id\n" + "1\n" * (ROWS - 1))) == ROWS


CELL = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r\x1a\ufeff"), max_size=6
)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1), st.sampled_from(",;\t|"))
def test_what_is_written_comes_back(tmp_path_factory, rows, delimiter):
    written = StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["case_id", "name"], *rows])
    assert records(tmp_path_factory.mktemp("csv"), written.getvalue()) == [["case_id", "name"], *rows]


@given(st.binary(max_size=60))
def test_any_bytes_are_records_or_a_sentence(tmp_path_factory, content):
    try:
        found = records(tmp_path_factory.mktemp("csv"), content)
    except InputError as refused:
        found = [[str(refused)]]
    assert all(isinstance(cell, str) for record in found for cell in record)


@pytest.mark.parametrize(
    ("start", "most"),
    [(b"case_id\n", TEXT_BYTES), (b"<html><table>", PAGE_BYTES), (b"PK\x03\x04", FILE_BYTES)],
)
def test_a_file_is_refused_by_its_size_before_it_is_read(tmp_path, start, most):
    path = tmp_path / "t"
    path.write_bytes(start)
    os.truncate(path, most + 1)
    with pytest.raises(InputError, match=rf"^t: too large to be read: .* more than {most:,} bytes\. Export"):
        file_kind(path=path, name="t")
