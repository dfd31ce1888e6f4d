"""Workbooks read as text: what a reader sees in each cell, what is hidden, and files that are broken."""

import os
from contextlib import suppress
from datetime import datetime
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from qaf_lib.errors import InputError
from qaf_lib.intake import xlsx, xlsx_sheet
from qaf_lib.intake.cells import cell_text
from qaf_lib.intake.file_kinds import CELL_CHARACTERS, FILE_BYTES, LEVELS, NAMES, PARTS, TAG_BYTES
from qaf_lib.intake.workbook import open_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def relations(*targets):
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f"<Relationships>{links}</Relationships>"


def parts(body="", *, extra="", head="", styles="", strings="", properties=""):
    """The parts of a workbook of one sheet, as no writer of ours would make them."""
    return {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "strings.xml")
        ),
        SHEET: f'<worksheet xmlns="{MAIN}">{head}<sheetData>{body}</sheetData>{extra}</worksheet>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/strings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }


def styles(*codes):
    own = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(codes))
    cells = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(codes)))
    return (
        f'<numFmts>{own}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{cells}</cellXfs>'
    )


def write(tmp_path, contents):
    path = tmp_path / "t.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def read(tmp_path, *args, **kwargs):
    with open_workbook(path=write(tmp_path, parts(*args, **kwargs)), name="t.xlsx") as book:
        return book.sheet("S")


def cell(tmp_path, xml, **kwargs):
    rows = read(tmp_path, f'<row r="1">{xml}</row>', **kwargs).rows
    return rows[0][0] if rows else ""


def test_titles_hidden_sheets_and_chart_sheets_are_told_apart(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "First"
    made.create_sheet("Second").sheet_state = "hidden"
    made.create_sheet("Third").sheet_state = "veryHidden"
    made.create_chartsheet("Chart").add_chart(BarChart())
    made.save(tmp_path / "t.xlsx")
    with open_workbook(path=tmp_path / "t.xlsx", name="t.xlsx") as book:
        assert book.titles == ["First", "Second", "Third"]
        assert book.hidden == ["Second", "Third"]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("123456", "0000000", "0123456"),
        ("12345678", "0000000", "12345678"),
        ("123456", "0000000;-0000000", "0123456"),
        ("123456", "[$-809]0000000", "0123456"),
        ("123456.5", "0000000", "123456.5"),
        ("-5", "000", "-5"),
        ("123456", "0", "123456"),
        ("123456", "#,##0", "123456"),
        ("123456", "00-0000", "123456"),
        ("0.85", "0%", "0.85"),
        ("3", "0.00", "3"),
    ],
)
def test_only_a_format_of_zeros_changes_a_number(tmp_path, value, code, shown):
    assert cell(tmp_path, f'<c r="A1" s="0"><v>{value}</v></c>', styles=styles(code)) == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12", "12"),
        ("12.0", "12"),
        ("1.5", "1.5"),
        ("0.30000000000000004", "0.3"),
        ("1.0E-7", "0.0000001"),
        ("1.234567E15", "1234567000000000"),
        ("12345678901234567", "12345678901234567"),
        ("-0.0", "0"),
        ("word", "word"),
        ("NaN", "NaN"),
    ],
)
def test_numbers_are_digits_without_a_needless_point(tmp_path, value, text):
    assert cell(tmp_path, f'<c r="A1"><v>{value}</v></c>') == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("46203", "dd/mm/yyyy", "2026-06-30"),
        ("46203.5868055556", "dd/mm/yyyy hh:mm", "2026-06-30 14:05:00"),
        ("46203.99999999", "dd/mm/yyyy hh:mm", "2026-07-01"),
        ("0.5868055556", "hh:mm", "14:05:00"),
        ("1.25", "[h]:mm", "30:00:00"),
        ("59", "dd/mm/yyyy", "1900-02-28"),
        ("2958465", "dd/mm/yyyy", "9999-12-31"),
        ("2958466", "dd/mm/yyyy", "2958466"),
        ("-5", "dd/mm/yyyy", "-5"),
        ("1E300", "dd/mm/yyyy", str(int(1e300))),
    ],
)
def test_dates_are_iso_and_no_date_stays_a_number(tmp_path, value, code, text):
    assert cell(tmp_path, f'<c r="A1" s="0"><v>{value}</v></c>', styles=styles(code)) == text


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path):
    day = '<c r="A1" s="0"><v>44741</v></c>'
    said = '<workbookPr date1904="1"/>'
    assert cell(tmp_path, day, styles=styles("yyyy-mm-dd"), properties=said) == "2026-06-30"
    assert cell(tmp_path, day, styles=styles("yyyy-mm-dd")) == "2022-06-29"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<c r="A1" t="b"><v>1</v></c>', "true"),
        ('<c r="A1" t="b"><v>0</v></c>', "false"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="s"><v>0</v></c>', "Ann & Bob"),
        ('<c r="A1" t="s"><v>1</v></c>', "東京"),
        (
            '<c r="A1" t="inlineStr"><is><r><t>0123</t></r><r><t xml:space="preserve"> 4</t></r></is></c>',
            "0123 4",
        ),
        ('<c r="A1" t="str"><f>A2&amp;""</f><v>0099</v></c>', "0099"),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="A1" t="d"><v>2026-06-30T00:00:00</v></c>', "2026-06-30"),
        ('<c r="A1" t="d"><v>someday</v></c>', "someday"),
        ('<c r="A1" t="str"><v>a_x000D_b</v></c>', "a\rb"),
        ('<c t="str"><v>no place</v></c>', "no place"),
        ('<c r="A1" s="99"><v>5</v></c>', "5"),
    ],
)
def test_every_type_of_cell_is_text(tmp_path, xml, text):
    strings = (
        "<si><r><t>Ann </t></r><r><t>&amp; Bob</t></r></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    )
    assert cell(tmp_path, xml, strings=strings) == text


def test_names_with_a_prefix_are_read(tmp_path):
    contents = parts()
    contents[SHEET] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr">'
        "<x:is><x:t>here</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )
    with open_workbook(path=write(tmp_path, contents), name="t.xlsx") as book:
        assert book.sheet("S").rows == [[], ["", "here"]]


@pytest.mark.parametrize("claimed", ["A1", "A1:XFD1048576"])
def test_a_dimension_that_lies_changes_nothing(tmp_path, claimed):
    body = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row><row r="3"><c r="A3"><v>5</v></c></row>'
    )
    sheet = read(tmp_path, body, head=f'<dimension ref="{claimed}"/>')
    assert sheet.rows == [["1", "", "3"], [], ["5"]]


def test_a_value_in_the_last_row_is_read_and_empty_formatted_rows_are_not(tmp_path):
    last = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    assert len(read(tmp_path, last).rows) == 1_048_576
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 500))
    assert len(read(tmp_path, f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}').rows) == 1


def test_hidden_rows_count_where_they_hold_something(tmp_path):
    body = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>'
        '<row r="3" hidden="true"><c r="A3"/></row><row r="4" hidden="0"><c r="A4"><v>4</v></c></row>'
    )
    sheet = read(tmp_path, body)
    assert sheet.hidden_rows == 1
    assert sheet.rows == [["1"], ["2"], [], ["4"]]


def test_rows_hidden_by_a_filter_are_counted(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as made:
        sheet = made.add_worksheet("S")
        sheet.write_column(0, 0, ["status", "open", "closed", "closed"])
        sheet.autofilter("A1:A4")
        sheet.filter_column("A", "x == open")
        for row in (2, 3):
            sheet.set_row(row, options={"hidden": True})
    with open_workbook(path=tmp_path / "t.xlsx", name="t.xlsx") as book:
        assert book.sheet("S").hidden_rows == 2


def test_formulas_without_a_stored_value_and_merged_areas_are_told(tmp_path):
    body = '<row r="1"><c r="A1"><f>1+1</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f>1+1</f></c></row>'
    sheet = read(
        tmp_path, body, extra='<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:A9"/></mergeCells>'
    )
    assert sheet.empty_formulas == 2
    assert sheet.merged_to == (1, 9)


def test_the_first_rows_can_be_read_alone(tmp_path):
    body = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 9000))
    with open_workbook(path=write(tmp_path, parts(body)), name="t.xlsx") as book:
        assert book.sheet("S", top=3).rows == [["1"], ["2"], ["3"]]
        assert len(book.sheet("S").rows) == 8999


def test_a_sheet_written_by_openpyxl_reads_as_openpyxl_reads_it(tmp_path):
    made = openpyxl.Workbook()
    rows = [["a", 1, 2.5, True, datetime(2026, 6, 30), datetime(2026, 6, 30, 14, 5)], ["é\n", None, "0123"]]
    for row in rows:
        made.active.append(row)
    made.save(tmp_path / "t.xlsx")
    with open_workbook(path=tmp_path / "t.xlsx", name="t.xlsx") as book:
        assert book.sheet("Sheet").rows == [[cell_text(value) for value in row] for row in rows]


TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"), max_size=8
)


@given(st.lists(st.lists(TEXT | st.integers(-(10**9), 10**9) | st.booleans(), max_size=4), max_size=4))
def test_what_a_workbook_holds_comes_back_as_text(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("book") / "t.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as made:
        sheet = made.add_worksheet("S")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    with open_workbook(path=path, name="t.xlsx") as book:
        found = [row + [""] * (4 - len(row)) for row in book.sheet("S").rows]
    found += [[""] * 4] * (len(rows) - len(found))
    assert found == [[cell_text(value) for value in row] + [""] * (4 - len(row)) for row in rows]


def without(name):
    return {key: value for key, value in parts("<row/>").items() if key != name}


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (without(SHEET), "its part xl/worksheets/sheet1.xml is missing"),
        (without("xl/_rels/workbook.xml.rels"), "its part of a sheet is missing"),
        ({**parts(), SHEET: "<worksheet><sheetData>"}, "its XML is broken"),
        ({**parts(), SHEET: "not XML"}, "its XML is broken"),
        ({**parts(), SHEET: f"{BOMB}<worksheet>&b;</worksheet>"}, "declares an XML document type"),
        ({**parts(), "xl/workbook.xml": f"{BOMB}<workbook/>"}, "declares an XML document type"),
        (parts('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "names a text that is not in the file"),
        (parts('<row r="1"><c r="A1"><v>7</v></c></row>' * 2), "two rows have one number"),
        (parts('<row r="1"><c r="A1"><v>7</v></c><c r="A1"><v>8</v></c></row>'), "two cells have one place"),
        (parts('<row r="1"><c r="XFE1"><v>7</v></c></row>'), "a place that no sheet has"),
        (parts('<row r="1"><c r="17"><v>7</v></c></row>'), "a place that no sheet has"),
        (parts('<row r="1048577"><c r="A1"><v>7</v></c></row>'), "a number that no sheet has"),
    ],
)
def test_a_broken_workbook_is_told_in_a_sentence(tmp_path, contents, said):
    with (
        pytest.raises(InputError, match=rf"^t\.xlsx: the workbook is damaged: .*{said}"),
        open_workbook(path=write(tmp_path, contents), name="t.xlsx") as book,
    ):
        book.sheet("S")


def test_a_sheet_of_too_many_cells_is_refused(tmp_path):
    body = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 1300))
    with pytest.raises(InputError, match="too large to be read: a sheet spans more than 20,000,000 cells"):
        read(tmp_path, body)


LONG = "a" * (CELL_CHARACTERS + 1)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (parts(f'<row><c t="str"><v>{LONG}</v></c></row>'), "a cell has more than 131,072 characters"),
        (
            parts('<row><c t="s"><v>0</v></c></row>', strings=f"<si><r><t>{LONG}</t></r></si>"),
            "a cell has more than 131,072 characters",
        ),
        (parts("<a>" * LEVELS + "</a>" * LEVELS), "more than 1,000 elements of its XML stand in each other"),
        (
            parts(strings="<a>" * LEVELS + "</a>" * LEVELS),
            "more than 1,000 elements of its XML stand in each other",
        ),
        (parts("".join(f"<e{n}/>" for n in range(NAMES))), "its XML uses more than 10,000 different names"),
        (
            parts("".join(f"<c a{n}=''/>" for n in range(NAMES))),
            "its XML uses more than 10,000 different names",
        ),
        (parts(f"<!-- {'a' * TAG_BYTES * 2} -->"), "a tag or comment is longer than 1,000,000 bytes"),
        (parts('<row><c t="str"><v>' + "a" * 99 + "</v></c></row>"), ""),
        (parts("<e/>" * NAMES + "<a>" * 9 + "</a>" * 9), ""),
    ],
)
def test_what_is_larger_than_any_workbook_is_refused_soon(tmp_path, contents, said):
    path = write(tmp_path, contents)
    if not said:
        with open_workbook(path=path, name="t.xlsx") as book:
            assert len(book.sheet("S").rows) < 2
        return
    with (
        pytest.raises(InputError, match=rf"^t\.xlsx: too large to be read: {said}\. Export only"),
        open_workbook(path=path, name="t.xlsx") as book,
    ):
        book.sheet("S")


@pytest.mark.parametrize(
    ("beside", "limit", "enough", "less"),
    [("strings", "TAGS", 150, 100), ("styles", "PART_TAGS", 62, 61)],  # together with the sheet; one by one
)
def test_tags_of_the_parts_are_counted(tmp_path, monkeypatch, beside, limit, enough, less):
    contents = parts("<row/>" * 60, **{beside: "<si/>" * 60})
    monkeypatch.setattr(xlsx, limit, enough)
    with open_workbook(path=write(tmp_path, contents), name="t.xlsx") as book:
        assert book.sheet("S").rows == []
    monkeypatch.setattr(xlsx, limit, less)
    with (
        pytest.raises(InputError, match=f"its XML holds more than {less} tags"),
        open_workbook(path=write(tmp_path, contents), name="t.xlsx") as book,
    ):
        book.sheet("S")


def test_what_would_unpack_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "UNPACKED_BYTES", 1_500)
    assert read(tmp_path, "<row/>" * 10).rows == []
    with pytest.raises(InputError, match="it unpacks to more than 1,500 bytes"):
        read(tmp_path, "<row/>" * 200)


def test_texts_beyond_the_memory_allowed_are_refused(tmp_path, monkeypatch):
    body = "".join(f'<row><c t="str"><v>{n}</v></c></row>' for n in range(20))
    monkeypatch.setattr(xlsx_sheet, "HELD_BYTES", 2_000)
    assert len(read(tmp_path, body).rows) == 20
    monkeypatch.setattr(xlsx_sheet, "HELD_BYTES", 500)
    with pytest.raises(InputError, match="its texts take more than 500 bytes"):
        read(tmp_path, body)


def test_merged_areas_without_end_are_refused(tmp_path, monkeypatch):
    extra = "<mergeCells>" + '<mergeCell ref="$A$1:$B$2"/>' * 20 + "</mergeCells>"
    monkeypatch.setattr(xlsx_sheet, "ROWS", 20)
    assert read(tmp_path, extra=extra).merged_to == (2,) * 20
    monkeypatch.setattr(xlsx_sheet, "ROWS", 19)
    with pytest.raises(InputError, match="a sheet has more than 19 merged areas"):
        read(tmp_path, extra=extra)


def test_a_number_that_is_seldom_the_same_is_worked_out_again(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "_KNOWN_AT_MOST", 2)
    body = "".join(f'<row><c s="0"><v>{n % 5}</v></c></row>' for n in range(20))
    assert read(tmp_path, body, styles=styles("000")).rows == [[f"00{n % 5}"] for n in range(20)]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("1E308", "[h]:mm", str(int(1e308))),
        ("1e999", "dd/mm/yyyy", "1e999"),
        ("46203", "[" * 300 + "dd/mm/yyyy", "46203"),
        ("46203", "[" * 200 + "dd/mm/yyyy", "2026-06-30"),
    ],
)
def test_numbers_and_formats_out_of_all_bounds_are_read(tmp_path, value, code, text):
    assert cell(tmp_path, f'<c r="A1" s="0"><v>{value}</v></c>', styles=styles(code)) == text


@pytest.mark.parametrize(("escaped", "text"), [("_xD83D__xDE00_", "😀"), ("_xD800_", "\ufffd")])
def test_half_a_character_is_never_text(tmp_path, escaped, text):
    assert cell(tmp_path, f'<c t="str"><v>a{escaped}</v></c>') == f"a{text}"


def sheets(*named):
    listed = "".join(f'<sheet name="{title}" r:id="{link}"/>' for title, link in named)
    return {
        **parts(),
        "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")
        ),
        "xl/worksheets/sheet2.xml": parts()[SHEET],
    }


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (sheets(("S", "rId1"), ("S", "rId2")), "two sheets have one name. Give each its own"),
        (sheets(("S", "rId1"), ("T", "rId1")), "two of its sheets are one part"),
        (sheets(("S" * 256, "rId1")), "a sheet's name has more than 255 letters. Shorten it"),
        (sheets(("S" * 255, "rId1"), ("T", "rId2")), ""),
    ],
)
def test_sheets_that_cannot_be_told_apart_are_refused(tmp_path, contents, said):
    path = write(tmp_path, contents)
    if not said:
        with open_workbook(path=path, name="t.xlsx") as book:
            assert len(book.titles) == 2
        return
    with pytest.raises(InputError, match=rf"^t\.xlsx: .*{said}"):
        open_workbook(path=path, name="t.xlsx")


def test_a_workbook_packed_as_excel_never_does_is_refused(tmp_path):
    with ZipFile(tmp_path / "t.xlsx", "w", ZIP_BZIP2) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match="cut short or damaged"):
        open_workbook(path=tmp_path / "t.xlsx", name="t.xlsx")


def test_a_workbook_of_too_many_parts_is_refused(tmp_path):
    path = write(tmp_path, parts() | {f"x/{n}": "" for n in range(PARTS)})
    with pytest.raises(InputError, match=r"too large to be read: it is packed of more than 10,000 files"):
        open_workbook(path=path, name="t.xlsx")


def test_a_file_of_too_many_bytes_is_refused_unread(tmp_path):
    path = write(tmp_path, parts())
    with path.open("ab") as stream:
        stream.truncate(FILE_BYTES + 1)
    with pytest.raises(InputError, match=r"too large to be read: the file has more than 100,000,000 bytes"):
        open_workbook(path=path, name="t.xlsx")


def test_a_folder_is_no_workbook(tmp_path):
    with pytest.raises(InputError, match=r"^t: it is a folder\. Name a file in it\.$"):
        open_workbook(path=tmp_path, name="t")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_is_no_workbook(tmp_path):
    os.mkfifo(tmp_path / "t")
    with pytest.raises(InputError, match="it is not a file but a device or a pipe"):
        open_workbook(path=tmp_path / "t", name="t")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights that everybody but root obeys")
def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path):
    path = write(tmp_path, parts())
    path.chmod(0)
    with pytest.raises(InputError, match=r"the file cannot be opened \(Permission denied\)"):
        open_workbook(path=path, name="t.xlsx")


def test_a_workbook_of_a_byte_less_or_another_never_ends_in_a_traceback(tmp_path):
    path = write(tmp_path, parts('<row><c r="A1"><v>1</v></c></row>' * 9))
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            path.write_bytes(broken)
            with suppress(InputError), open_workbook(path=path, name="t.xlsx") as book:
                [book.sheet(title) for title in book.titles]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04cut short", "cut short or damaged"),
        (b"case_id\n1\n", "it is a text file"),
        (b"<html><table></table></html>", "it is a web page"),
        (b"%PDF-1.7", "it is a PDF document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
    ],
)
def test_what_is_no_open_workbook_is_named(tmp_path, content, said):
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(InputError, match=rf"^t\.xlsx: .*{said}"):
        open_workbook(path=tmp_path / "t.xlsx", name="t.xlsx")


def test_another_zip_is_named(tmp_path):
    for part, said in (("word/document.xml", "a Word document"), ("notes.txt", "a compressed folder")):
        path = write(tmp_path, {part: "x"})
        with pytest.raises(InputError, match=said):
            open_workbook(path=path, name="t.xlsx")


def test_a_zip_with_a_password_is_told(tmp_path):
    path = write(tmp_path, parts("<row/>"))
    entry = b"PK\x01\x02\x14\x03\x14\x00"
    path.write_bytes(path.read_bytes().replace(entry + b"\x00\x00", entry + b"\x01\x00"))
    with pytest.raises(InputError, match="locked with a password"):
        open_workbook(path=path, name="t.xlsx")
