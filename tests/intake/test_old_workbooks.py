""".xls, .xlsb and .ods workbooks, read in a process of their own."""

import os
import re
import shutil
import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from qaf_lib.errors import InputError
from qaf_lib.intake.workbook import open_workbook

XLS = Path(__file__).with_name("files") / "old_workbook.xls"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def ods(tmp_path, rows, *, manifest=""):
    """An OpenDocument sheet `S` of cells given as XML attributes and text."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f"<table:table-cell {said}><text:p>{text}</text:p></table:table-cell>" for said, text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with ZipFile(tmp_path / "t.ods", "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}" xmlns:text="{TEXT}">'
            f'<office:body><office:spreadsheet><table:table table:name="S">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return tmp_path / "t.ods"


def test_an_xls_workbook_is_read_with_its_sheets_and_days():
    with open_workbook(path=XLS, name="t.xls") as book:
        assert (book.titles, book.hidden) == (["Intro", "Audits", "Old"], ["Old"])
        sheet = book.sheet("Audits")
    assert sheet.rows[1:4] == [
        [""] * 6,
        ["case_id", "audited_on", "overall_grade", "returned_on", "score", "worker_took_part"],
        ["123456", "2026-08-01", "sound", "2026-08-03 14:05:00", "1.5", "false"],
    ]
    assert dict(sheet.numbers) == {0: 3, 4: 3}


def test_an_ods_workbook_is_read(tmp_path):
    kind = "office:value-type"
    day = f'{kind}="date" office:date-value="2026-06-30"'
    row = [
        (f'{kind}="string"', "0123"),
        (day, "30/06/26"),
        (f'{kind}="float" office:value="123456"', "123456"),
    ]
    moment = [(f'{kind}="date" office:date-value="2026-06-30T14:05:00"', "x"), (f'{kind}="string"', "b")]
    with open_workbook(path=ods(tmp_path, [row, moment]), name="t.ods") as book:
        assert book.sheet("S").rows == [["0123", "2026-06-30", "123456"], ["2026-06-30 14:05:00", "b", ""]]


def test_rows_keep_their_numbers_under_empty_ones(tmp_path):
    said = 'office:value-type="string"'
    with open_workbook(path=ods(tmp_path, [[("", "")], [("", ""), (said, "a")]]), name="t.ods") as book:
        assert book.sheet("S").rows == [[], ["", "a"]]


def record(kind, payload=b""):
    """A record of an .xlsb part, of less than 16,384 bytes."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(payload) & 0x7F | 0x80, len(payload) >> 7]) + payload


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def test_an_xlsb_workbook_is_read(tmp_path):
    cells = [(6, wide("case_id")), (5, struct.pack("<d", 123456.0)), (6, wide("0123456"))]
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 2, 0, 0)) + record(145)
    for row, (kind, value) in enumerate(cells):
        sheet += record(0, struct.pack("<I", row) + bytes(13)) + record(
            kind, struct.pack("<II", 0, 0) + value
        )
    named = record(156, struct.pack("<II", 1, 1) + wide("rId1") + wide("S"))
    with ZipFile(tmp_path / "t.xlsb", "w") as archive:
        archive.writestr("xl/workbook.bin", record(131) + record(143) + named + record(144) + record(132))
        archive.writestr("xl/worksheets/sheet1.bin", sheet + record(146) + record(130))
        link = '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.bin"/>'
        archive.writestr("xl/_rels/workbook.bin.rels", f"<Relationships>{link}</Relationships>")
    with open_workbook(path=tmp_path / "t.xlsb", name="t.xlsb") as book:
        assert book.hidden == ["S"]
        assert book.sheet("S").rows == [["case_id"], ["123456"], ["0123456"]]


def test_a_workbook_of_excel_5_is_named(tmp_path):
    (tmp_path / "t.xls").write_bytes(b"\x09\x08\x08\x00\x00\x05\x05\x00\xbb\x0d\xcc\x07")
    with pytest.raises(InputError, match="it is a workbook of Excel 5 or older"):
        open_workbook(path=tmp_path / "t.xls", name="t.xls")


def test_a_file_is_known_by_its_bytes_not_by_its_ending(tmp_path):
    shutil.copy(XLS, tmp_path / "t.xlsx")
    with open_workbook(path=tmp_path / "t.xlsx", name="t.xlsx") as book:
        assert book.titles[1] == "Audits"


def test_a_locked_ods_workbook_is_told(tmp_path):
    path = ods(tmp_path, [], manifest="<manifest:encryption-data/>")
    with pytest.raises(InputError, match="locked with a password"):
        open_workbook(path=path, name="t.ods")


def test_a_locked_xls_workbook_is_told(tmp_path):
    content = XLS.read_bytes()
    start = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    (tmp_path / "t.xls").write_bytes(content[:start] + b"\x2f\x00" + content[start + 2 :])
    with pytest.raises(InputError, match="locked with a password"):
        open_workbook(path=tmp_path / "t.xls", name="t.xls")


@pytest.mark.parametrize("kept", [8, 600, 3000])
def test_a_workbook_cut_short_is_a_sentence(tmp_path, kept):
    (tmp_path / "t.xls").write_bytes(XLS.read_bytes()[:kept])
    with pytest.raises(InputError, match=r"^t\.xls: the workbook cannot be read: it is damaged"):
        open_workbook(path=tmp_path / "t.xls", name="t.xls")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on a process's memory")
def test_a_sheet_that_fills_the_memory_is_a_sentence(tmp_path):
    far = [('table:number-columns-repeated="16000" office:value-type="string"', "x")]
    path = ods(tmp_path, [far] * 1500)
    with pytest.raises(InputError, match="cannot be read: it is damaged, locked or too large"):
        open_workbook(path=path, name="t.ods")


def test_sheets_of_one_name_are_refused(tmp_path):
    path = ods(tmp_path, [[('office:value-type="string"', "a")]])
    with ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    twice = re.sub("(<table:table .*</table:table>)", r"\1\1", parts["content.xml"])
    with ZipFile(path, "w") as archive:
        for name, content in (parts | {"content.xml": twice}).items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match=r"^t\.ods: two sheets have one name"):
        open_workbook(path=path, name="t.ods")


def test_sheets_too_large_together_are_a_sentence(tmp_path):
    long = [('office:value-type="string"', "x" * 30_000)]
    with open_workbook(path=ods(tmp_path, [long] * 100), name="t.ods") as book:
        assert len(book.sheet("S").rows) == 100
    with pytest.raises(InputError, match="cannot be read: it is damaged, locked or too large"):
        open_workbook(path=ods(tmp_path, [long] * 2_100), name="t.ods")
