"""Files made to hang, fill or break a reader: each a sentence and exit code 2, soon and in little memory.

The files are made here, on the spot; those that are only odd must be read right (exit code 0).
"""

import gzip
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows does not measure a process's memory so")

SECONDS, MEGABYTES = 5, 500
SECONDS_OF_A_WHOLE_CHECK = 10
"""A file that is read is checked to the end, which alone takes a sound file of twelve cases three seconds."""
STARTED_BY = """
import json, os, subprocess, sys
printed = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
out, err = printed.communicate()
import resource
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([printed.returncode, err, out, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
"""Started between the test and the kit: a process counts the memory of the one that forked it as its own."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET, BOOK, LINKS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
HEADINGS = ["case_id", "unit", "service", "team_id", "worker_id", "status", "opened_on"]
HEADINGS += ["gender", "restricted_record"]
SECRET = "Zebedee"
"""Stands in a cell of every file: no message may repeat it."""
RECORDS = [
    [f"00{71000 + n}", "child", "Care", "T1", SECRET, "looked_after", "2024-01-09", "Female", "false"]
    for n in range(12)
]
MILLION = 1_000_000

Content = str | bytes | Iterable[tuple[str | bytes, int]]


def letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def row(number: int, cells: list[str], attributes: str = "") -> str:
    held = "".join(
        f'<c r="{letters(at)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for at, cell in enumerate(cells, 1)
    )
    return f'<row r="{number}"{attributes}>{held}</row>'


GOOD = "".join(row(number, cells) for number, cells in enumerate([HEADINGS, *RECORDS], 1))


def sheet(body: str = GOOD, *, head: str = "", extra: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData>{body}</sheetData>{extra}</worksheet>'


def flood(piece: str, times: int, *, before: str = GOOD, after: str = "</sheetData></worksheet>") -> Content:
    """A sheet of which a piece is repeated until it is large."""
    return [(f'<worksheet xmlns="{MAIN}"><sheetData>{before}', 1), (piece, times), (after, 1)]


class Numbers:
    """A sheet of so many different numbers."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self) -> Iterator[tuple[str, int]]:
        yield f"<worksheet><sheetData>{GOOD}", 1
        for start in range(0, self._count, 10):
            cells = "".join(f"<c><v>{number}.5</v></c>" for number in range(start, start + 10))
            yield f"<row>{cells}</row>", 1
        yield "</sheetData></worksheet>", 1


class Names:
    """A sheet of so many elements and attributes, each with a name of its own."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self) -> Iterator[tuple[str, int]]:
        yield "<worksheet><sheetData>", 1
        for start in range(0, self._count, 100):
            yield "".join(f"<e{number} a{number}=''/>" for number in range(start, start + 100)), 1
        yield "</sheetData></worksheet>", 1


def relations(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f"<Relationships>{links}</Relationships>"


def book(*sheets: tuple[str, str], properties: str = "") -> str:
    listed = "".join(
        f'<sheet name="{title}" sheetId="1" r:id="{link}"/>' for title, link in sheets or [("S", "rId1")]
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets></workbook>'


def parts(**changed: Content | None) -> dict[str, Content]:
    """A good workbook's parts, with those named by their constant's name changed or (None) left out."""
    whole: dict[str, Content | None] = {
        "ROOT": relations(("officeDocument", BOOK)),
        "BOOK": book(),
        "LINKS": relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        "SHEET": sheet(),
        "STRINGS": f'<sst xmlns="{MAIN}"/>',
        "STYLES": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
    } | changed
    return {PLACES.get(name, name): content for name, content in whole.items() if content is not None}


PLACES = {
    "ROOT": "_rels/.rels",
    "BOOK": BOOK,
    "LINKS": LINKS,
    "SHEET": SHEET,
    "STRINGS": STRINGS,
    "STYLES": STYLES,
    "CORE": "docProps/core.xml",
    "TYPES": "[Content_Types].xml",
}


def poured(stream: IO[bytes], content: Content) -> None:
    for piece, times in [(content, 1)] if isinstance(content, str | bytes) else content:
        data = piece if isinstance(piece, bytes) else piece.encode()
        many = max(1, (1 << 20) // (len(data) or 1))
        for _ in range(times // many):
            stream.write(data * many)
        stream.write(data * (times % many))


def zipped(path: Path, contents: dict[str, Content], *, method: int = ZIP_DEFLATED) -> None:
    with ZipFile(path, "w", method, compresslevel=1) as archive:
        for name, content in contents.items():
            with archive.open(name, "w", force_zip64=True) as part:
                poured(part, content)


def xlsx(**changed: Content | None) -> Callable[[Path], None]:
    return lambda path: zipped(path, parts(**changed))


def text(content: Content) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as stream:
            poured(stream, content)

    return write


CSV = "\n".join(",".join(cells) for cells in [HEADINGS, *RECORDS]) + "\n"


def harmed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A good workbook with its bytes changed."""

    def write(path: Path) -> None:
        zipped(path, parts(), method=ZIP_STORED)
        path.write_bytes(change(path.read_bytes()))

    return write


def entries_say(*, at: int, said: int) -> Callable[[Path], None]:
    """A good workbook in whose directory every entry has a number changed."""

    def change(whole: bytes) -> bytes:
        return re.sub(
            rb"(PK\x01\x02.{%d}).." % (at - 4),
            lambda entry: entry[1] + struct.pack("<H", said),
            whole,
            flags=re.DOTALL,
        )

    return harmed(change)


def overlapping(path: Path) -> None:
    """Ten thousand names in the directory for the same few compressed bytes."""
    zipped(path, parts(BOMB=[("0", 10 * MILLION)]))
    whole = path.read_bytes()
    end = whole.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", whole[end + 16 : end + 20])[0]
    last = whole.rindex(b"PK\x01\x02", start, end)
    entry = whole[last:end]
    copies = b"".join(entry.replace(b"BOMB", b"%04d" % n) for n in range(10_000))
    size = struct.pack("<II", end - start + len(copies), start)
    path.write_bytes(whole[:end] + copies + whole[end : end + 8] + b"\x10\x27\x10\x27" + size + b"\0\0")


def nested(path: Path) -> None:
    inner = path.with_name("inner.zip")
    zipped(inner, {"a.xml": [("0", 100 * MILLION)]})
    content = inner.read_bytes()
    inner.unlink()
    zipped(path, {f"{n}.zip": content for n in range(20)})


def lying(path: Path) -> None:
    """A sheet whose directory entry says ten bytes and which unpacks to a gigabyte."""
    zipped(path, parts(SHEET=flood('<row><c t="str"><v>a</v></c></row>', 30 * MILLION)))
    whole = bytearray(path.read_bytes())
    with ZipFile(path) as archive:
        size = struct.pack("<I", archive.getinfo(SHEET).file_size)
    for at in range(len(whole) - 4):
        if whole[at : at + 4] == size:
            whole[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(whole)


def ods(rows: Content | str) -> Callable[[Path], None]:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    pieces = [(rows, 1)] if isinstance(rows, str) else list(rows)
    head = f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="S">'
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return lambda path: zipped(
        path,
        {
            "mimetype": kind,
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": [(head, 1), *pieces, (tail, 1)],
        },
    )


def ods_cells(count: str, value: str = "x") -> str:
    return f'<table:table-cell {count} office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def ods_row(repeated: str, cells: str) -> str:
    return f"<table:table-row {repeated}>{cells}</table:table-row>"


XLS = Path(__file__).parents[1] / "intake" / "files" / "old_workbook.xls"


def xls(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(change(XLS.read_bytes())) and None


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(20 << 30)


def sparse_workbook(path: Path) -> None:
    zipped(path, parts())
    with path.open("ab") as stream:
        stream.truncate(20 << 30)


BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://localhost:1/a.dtd"> %a;]>'
ROW_14 = '<row r="14">{}</row>'
CHART = '<chartsheet><drawing r:id="rId1"/></chartsheet>'


def one_cell(cell: str) -> Callable[[Path], None]:
    return xlsx(SHEET=sheet(GOOD + ROW_14.format(cell)))


def sheets_of(kind: str, *, good: bool) -> Callable[[Path], None]:
    """A workbook with a sheet that is no worksheet, before a good one or alone."""
    links = [(kind, "other/sheet1.xml")] + ([("worksheet", "worksheets/sheet1.xml")] if good else [])
    titles = [("Other", "rId1")] + ([("S", "rId2")] if good else [])
    return xlsx(BOOK=book(*titles), LINKS=relations(*links), **{"xl/other/sheet1.xml": CHART})


DAMAGED = "the workbook is damaged"
NOT_READABLE = "not a readable Excel workbook"
TOO_LARGE = "larger|more than|too large"
OLD = "the workbook cannot be read"

Writer = Callable[[Path], object]

REFUSED: dict[str, tuple[str, Writer, str]] = {
    # sheets that claim, or hold, too much
    "a sheet that unpacks to gigabytes": (
        "t.xlsx",
        xlsx(SHEET=flood("<row><c><v>1</v></c></row>", 80 * MILLION)),
        TOO_LARGE,
    ),
    "a sheet of gigabytes of blanks": ("t.xlsx", xlsx(SHEET=flood(" ", 2000 * MILLION)), TOO_LARGE),
    "a sheet larger than its directory says": ("t.xlsx", lying, TOO_LARGE + "|" + NOT_READABLE + "|damaged"),
    "rows as wide as a sheet": (
        "t.xlsx",
        xlsx(SHEET=flood('<row><c r="XFD1" t="str"><v>1</v></c></row>', 100_000)),
        TOO_LARGE,
    ),
    "filled rows as wide as a sheet": (
        "t.xlsx",
        xlsx(SHEET=flood("<row>" + '<c t="str"><v>1</v></c>' * 16_384 + "</row>", 2_000)),
        TOO_LARGE,
    ),
    "millions of different numbers": (
        "t.xlsx",
        xlsx(SHEET=Numbers(6 * MILLION)),
        TOO_LARGE,
    ),
    "millions of empty cells": (
        "t.xlsx",
        xlsx(SHEET=flood("<row>" + "<c/>" * 16_000 + "</row>", 2_000)),
        TOO_LARGE,
    ),
    "a cell of a hundred megabytes": (
        "t.xlsx",
        xlsx(
            SHEET=flood(
                "a",
                100 * MILLION,
                before=GOOD + '<row><c t="str"><v>',
                after="</v></c></row></sheetData></worksheet>",
            )
        ),
        TOO_LARGE,
    ),
    "megabytes of pictures of letters in cells": (
        "t.xlsx",
        xlsx(SHEET=flood('<row><c t="str"><v>' + "😀" + "a" * 30_000 + "</v></c></row>", 6_000)),
        TOO_LARGE,
    ),
    "a text of a million runs": (
        "t.xlsx",
        xlsx(
            STRINGS=[("<sst><si>", 1), ("<r><rPr><b/></rPr><t>a</t></r>", MILLION), ("</si></sst>", 1)],
            SHEET=sheet(GOOD + ROW_14.format('<c t="s"><v>0</v></c>')),
        ),
        TOO_LARGE,
    ),
    "a cell of a million runs": (
        "t.xlsx",
        xlsx(
            SHEET=flood(
                "<r><rPr><b/></rPr><t>a</t></r>",
                MILLION,
                before=GOOD + '<row><c t="inlineStr"><is>',
                after="</is></c></row></sheetData></worksheet>",
            )
        ),
        TOO_LARGE,
    ),
    "shared texts of a gigabyte": (
        "t.xlsx",
        xlsx(
            STRINGS=[("<sst>", 1), ("<si><t>" + "b" * 1000 + "</t></si>", MILLION), ("</sst>", 1)],
            SHEET=sheet(GOOD + ROW_14.format('<c t="s"><v>0</v></c>')),
        ),
        TOO_LARGE,
    ),
    "fifty million empty shared texts": (
        "t.xlsx",
        xlsx(
            STRINGS=[("<sst>", 1), ("<si/>", 50 * MILLION), ("</sst>", 1)],
            SHEET=sheet(GOOD + ROW_14.format('<c t="s"><v>0</v></c>')),
        ),
        TOO_LARGE,
    ),
    "fifty million number formats": (
        "t.xlsx",
        xlsx(
            STYLES=[("<styleSheet><cellXfs>", 1), ("<xf/>", 50 * MILLION), ("</cellXfs></styleSheet>", 1)],
            SHEET=sheet(GOOD + ROW_14.format("<c><v>1</v></c>")),
        ),
        TOO_LARGE,
    ),
    "fifty million merged cells": (
        "t.xlsx",
        xlsx(
            SHEET=flood(
                '<mergeCell ref="A1:B2"/>',
                50 * MILLION,
                before=GOOD + "</sheetData><mergeCells>",
                after="</mergeCells></worksheet>",
            )
        ),
        TOO_LARGE,
    ),
    "ten million sheets": (
        "t.xlsx",
        xlsx(
            BOOK=[
                (f'<workbook xmlns:r="{OFFICE}"><sheets>', 1),
                ('<sheet name="S" r:id="rId1"/>', 10 * MILLION),
                ("</sheets></workbook>", 1),
            ]
        ),
        TOO_LARGE,
    ),
    "a thousand sheets of one part": (
        "t.xlsx",
        xlsx(
            BOOK=book(*((f"S{n}", "rId1") for n in range(1000))),
            SHEET=flood("<row><c><v>1</v></c></row>", 500_000, before=""),
        ),
        "two of its sheets are one part",
    ),
    "links of a gigabyte": (
        "t.xlsx",
        xlsx(
            LINKS=[
                ("<Relationships>", 1),
                ('<Relationship Id="a" Target="b"/>', 30 * MILLION),
                ("</Relationships>", 1),
            ]
        ),
        TOO_LARGE,
    ),
    "a number format of ten thousand brackets and more": (
        "t.xlsx",
        xlsx(
            STYLES=[
                ('<styleSheet><numFmts><numFmt numFmtId="200" formatCode="', 1),
                ("[", 200_000),
                ('"/></numFmts><cellXfs>', 1),
                ('<xf numFmtId="200"/>', 100_000),
                ("</cellXfs></styleSheet>", 1),
            ],
            SHEET=sheet(GOOD + ROW_14.format('<c t="s"><v>99</v></c>')),
        ),
        "names a text",
    ),
    # XML made to hurt
    "a billion laughs": (
        "t.xlsx",
        xlsx(SHEET=BILLION_LAUGHS + "<worksheet>&a9;</worksheet>"),
        "declares an XML document type",
    ),
    "a billion laughs in the texts": (
        "t.xlsx",
        xlsx(
            STRINGS=BILLION_LAUGHS + "<sst><si><t>&a9;</t></si></sst>",
            SHEET=sheet(GOOD + ROW_14.format('<c t="s"><v>0</v></c>')),
        ),
        "declares an XML document type",
    ),
    "an entity outside the file": (
        "t.xlsx",
        xlsx(SHEET=OUTSIDE + "<worksheet>&a;</worksheet>"),
        "declares an XML document type",
    ),
    "a parameter entity": ("t.xlsx", xlsx(BOOK=PARAMETER + "<workbook/>"), "declares an XML document type"),
    "a sheet of a hundred thousand levels": (
        "t.xlsx",
        xlsx(SHEET=[("<a>", 100_000), ("</a>", 100_000)]),
        ".",
    ),
    "ten million levels": ("t.xlsx", xlsx(SHEET=flood("<a>", 10 * MILLION, after="")), "."),
    "a tag of two hundred megabytes": (
        "t.xlsx",
        xlsx(SHEET=flood("a", 200 * MILLION, before='<row r="', after='"/></sheetData></worksheet>')),
        TOO_LARGE,
    ),
    "a million attributes": (
        "t.xlsx",
        xlsx(SHEET=[("<worksheet ", 1), ("".join(f'a{n}="" ' for n in range(200_000)), 1), ("/>", 1)]),
        TOO_LARGE,
    ),
    "a comment of a gigabyte": (
        "t.xlsx",
        xlsx(SHEET=flood("a", 1000 * MILLION, before="<!-- ", after=" --></sheetData></worksheet>")),
        TOO_LARGE,
    ),
    "an instruction of a hundred megabytes": (
        "t.xlsx",
        xlsx(SHEET=flood("a", 100 * MILLION, before="<?x ", after=" ?></sheetData></worksheet>")),
        TOO_LARGE,
    ),
    "an unknown encoding": (
        "t.xlsx",
        xlsx(SHEET='<?xml version="1.0" encoding="rot13"?><worksheet/>'),
        NOT_READABLE,
    ),
    **{
        f"broken XML in {name}": (
            "t.xlsx",
            xlsx(
                **{"SHEET": sheet(GOOD + ROW_14.format('<c t="s"><v>0</v></c><c><v>1</v></c>'))}
                | {name: "<a><b></a>"}
            ),
            f"{DAMAGED}.*XML is broken",
        )
        for name in ("ROOT", "BOOK", "LINKS", "SHEET", "STRINGS", "STYLES")
    },
    "XML cut short": ("t.xlsx", xlsx(SHEET=sheet()[:900]), DAMAGED),
    # references to nothing
    **{
        f"a shared text numbered {number[:9]}": (
            "t.xlsx",
            one_cell(f'<c t="s"><v>{number}</v></c>'),
            f"names a text that is not in the file|{NOT_READABLE}",
        )
        for number in ("7", "-1", "1e3", "x", "²", "9" * 5000)
    },
    "a row numbered too high": (
        "t.xlsx",
        xlsx(SHEET=sheet(GOOD + row(9_999_999, ["1"]))),
        "a number that no sheet has",
    ),
    "a row numbered with five thousand digits": (
        "t.xlsx",
        xlsx(SHEET=sheet(GOOD + '<row r="' + "9" * 5000 + '"><c><v>1</v></c></row>')),
        NOT_READABLE,
    ),
    "a column of five thousand letters": (
        "t.xlsx",
        one_cell('<c r="' + "A" * 5000 + '14"><v>1</v></c>'),
        "a place that no sheet has",
    ),
    "no workbook part": ("t.xlsx", xlsx(BOOK=None), "."),
    "no links": ("t.xlsx", xlsx(LINKS=None), "is missing"),
    "no sheet part": ("t.xlsx", xlsx(SHEET=None), "is missing"),
    "no sheet at all": ("t.xlsx", xlsx(BOOK=f'<workbook xmlns="{MAIN}"/>'), "has no worksheet"),
    "links that lead out of the file": (
        "t.xlsx",
        xlsx(LINKS=relations(("worksheet", "../../../../etc/passwd"))),
        "is missing",
    ),
    "links to files of the machine": (
        "t.xlsx",
        xlsx(LINKS=relations(("worksheet", "file:///etc/passwd"))),
        "is missing",
    ),
    "a chart alone": ("t.xlsx", sheets_of("chartsheet", good=False), "has no worksheet"),
    "a dialog alone": ("t.xlsx", sheets_of("dialogsheet", good=False), "has no worksheet"),
    "a macro sheet alone": ("t.xlsx", sheets_of("xlMacrosheet", good=False), "has no worksheet"),
    "two sheets of one name": (
        "t.xlsx",
        xlsx(
            BOOK=book(("S", "rId1"), ("S", "rId2")),
            LINKS=relations(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")),
            **{"xl/worksheets/sheet2.xml": sheet()},
        ),
        "two sheets have one name",
    ),
    "sheets with names of ten thousand letters": (
        "t.xlsx",
        xlsx(BOOK=book(("L" * 10_000, "rId1"))),
        "more than 255 letters",
    ),
    "five million names": (
        "t.xlsx",
        xlsx(SHEET=Names(5 * MILLION)),
        TOO_LARGE,
    ),
    # damaged zips
    "a zip cut short": ("t.xlsx", harmed(lambda whole: whole[: len(whole) // 2]), "cut short or damaged"),
    "a sheet that fails its checksum": (
        "t.xlsx",
        harmed(lambda whole: whole.replace(b"Female", b"Gemale", 1)),
        ".",
    ),
    "compressed bytes that are noise": (
        "t.xlsx",
        lambda path: (zipped(path, parts()), path.write_bytes(noise(path.read_bytes()))),
        ".",
    ),
    "an unknown compression": ("t.xlsx", entries_say(at=10, said=99), "damaged"),
    "a locked zip": ("t.xlsx", entries_say(at=8, said=1), "locked with a password"),
    "many names for the same bytes": ("t.xlsx", overlapping, TOO_LARGE),
    "a sheet packed by bzip2": (
        "t.xlsx",
        lambda path: zipped(path, parts(SHEET=flood(" ", 300 * MILLION)), method=ZIP_BZIP2),
        "damaged",
    ),
    "zips in a zip": ("t.xlsx", nested, "compressed folder"),
    "a hundred thousand parts": (
        "t.xlsx",
        lambda path: zipped(path, parts() | {f"x/{n}": "" for n in range(100_000)}),
        TOO_LARGE,
    ),
    "a locked workbook": (
        "t.xlsx",
        lambda path: path.write_bytes(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(600)
            + "EncryptedPackage".encode("utf-16-le")
            + bytes(600)
        ),
        "locked with a password",
    ),
    # text
    "a NUL in text": ("t.csv", text(CSV + "a\0b\n"), "NUL"),
    "a line of two hundred megabytes": ("t.csv", text([("a", 200 * MILLION)]), TOO_LARGE),
    "a line of forty-nine megabytes with a picture": (
        "t.csv",
        text([("😀", 1), ("a", 49 * MILLION)]),
        "131,072 characters",
    ),
    "a row of a hundred thousand columns": ("t.csv", text([(CSV, 1), ("a,", 100_000), ("\n", 1)]), TOO_LARGE),
    "a heading of a hundred thousand columns": ("t.csv", text([("a,", 100_000), (CSV, 1)]), TOO_LARGE),
    "five million rows": ("t.csv", text([(CSV, 1), (CSV.split("\n", 1)[1], 417_000)]), TOO_LARGE),
    "twelve million short rows": ("t.csv", text([(CSV, 1), ("1,2\n", 12 * MILLION)]), TOO_LARGE),
    "forty million commas": ("t.csv", text([(CSV, 1), ("," * 1000 + "\n", 40_000)]), TOO_LARGE),
    "a quotation mark never closed": ("t.csv", text([(CSV + '"', 1), (CSV, 20_000)]), "quotation mark"),
    "mixed encodings": (
        "t.csv",
        text(CSV.encode() + "Ærø,".encode("cp1252") + b"\x81\x8d\n"),
        "neither UTF-8",
    ),
    "zeros without end": ("t.csv", sparse, TOO_LARGE),
    "a workbook and zeros without end": ("t.xlsx", sparse_workbook, TOO_LARGE),
    "a compressed text": (
        "t.csv",
        lambda path: path.write_bytes(gzip.compress(CSV.encode())),
        "compressed file",
    ),
    "an empty file": ("t.csv", text(""), "the file is empty"),
    # pages
    "a heading row of commas": (
        "t.csv",
        text([(",", 19 * MILLION), ("\n", 1), (CSV, 1)]),
        TOO_LARGE + "|empty",
    ),
    "a page nested deep": ("t.xls", text([("<html>", 1), ("<table><tr><td>", MILLION)]), "."),
    "a page of wide spans": (
        "t.xls",
        text([("<html><table>", 1), ("<tr>" + '<td colspan="1000">a</td>' * 20 + "</tr>", 20_000)]),
        TOO_LARGE,
    ),
    "a page of millions of rows": (
        "t.xls",
        text([("<html><table>", 1), ("<tr><td>a", 5 * MILLION)]),
        TOO_LARGE,
    ),
    "a page with a tag of megabytes": (
        "t.xls",
        text([("<html><table><tr><td ", 1), ("a ", 10 * MILLION)]),
        ".",
    ),
    "a page of open angles": ("t.xls", text([("<html><table>", 1), ("<", 2 * MILLION)]), "."),
    "a page of unclosed comments": ("t.xls", text([("<html><table>", 1), ("<!--", 2 * MILLION)]), "."),
    "a page of unclosed declarations": ("t.xls", text([("<html><table>", 1), ("<![", 2 * MILLION)]), "."),
    "a page of unclosed tags": ("t.xls", text([("<html><table>", 1), ("<a ", 2 * MILLION)]), "."),
    # old workbooks
    "an ods of repeated rows": (
        "t.ods",
        ods(
            ods_row('table:number-rows-repeated="1048576"', ods_cells('table:number-columns-repeated="1024"'))
        ),
        OLD,
    ),
    "an ods of columns repeated without end": (
        "t.ods",
        ods(ods_row("", ods_cells('table:number-columns-repeated="4000000000"'))),
        "missing",
    ),
    "an ods that unpacks to a gigabyte": (
        "t.ods",
        ods([(ods_row("", ods_cells("")), 10 * MILLION)]),
        OLD + "|" + TOO_LARGE,
    ),
    "an ods of nested levels": ("t.ods", ods([("<a>", MILLION)]), "are empty|" + OLD),
    "an xls cut short": ("t.xls", xls(lambda whole: whole[:3000]), OLD),
    "an xls of noise": ("t.xls", xls(lambda whole: whole[:512] + os.urandom(len(whole) - 512)), OLD),
    "an xls whose sectors go in a ring": ("t.xls", xls(lambda whole: ring(whole)), OLD),
    "an xlsb of noise": (
        "t.xlsb",
        lambda path: zipped(
            path,
            {
                "xl/workbook.bin": os.urandom(3000),
                "xl/_rels/workbook.bin.rels": relations(("worksheet", "worksheets/sheet1.bin")),
            },
        ),
        OLD,
    ),
    # not a file to read
    "a pipe": ("t.csv", lambda path: os.mkfifo(path), "device or a pipe"),
    "a device without end": ("t.csv", lambda path: path.symlink_to("/dev/zero"), "device or a pipe"),
    "a folder": ("t.csv", lambda path: path.mkdir(), "it is a folder"),
    "no file": ("t.csv", lambda path: None, "no such file"),
}


def noise(whole: bytes) -> bytes:
    """The compressed bytes of the sheet overwritten."""
    at = whole.index(SHEET.encode()) + len(SHEET) + 40
    return whole[:at] + b"\xff" * 60 + whole[at + 60 :]


def ring(whole: bytes) -> bytes:
    """A compound file in whose allocation table every sector names itself."""
    table = struct.unpack("<I", whole[76:80])[0]
    at = 512 + table * 512
    return whole[:at] + b"".join(struct.pack("<I", n) for n in range(128)) + whole[at + 512 :]


READ: dict[str, tuple[str, Writer]] = {
    "a sheet that claims every cell": ("t.xlsx", xlsx(SHEET=sheet(head='<dimension ref="A1:XFD1048576"/>'))),
    "an empty cell in the last place": (
        "t.xlsx",
        xlsx(SHEET=sheet(GOOD + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')),
    ),
    "a filled cell in the last place": (
        "t.xlsx",
        xlsx(SHEET=sheet(GOOD + '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>')),
    ),
    "a million empty rows with a style": (
        "t.xlsx",
        xlsx(SHEET=flood('<row s="0" customFormat="1" ht="15"/>', MILLION)),
    ),
    "a million merged cells": (
        "t.xlsx",
        xlsx(
            SHEET=flood(
                '<mergeCell ref="Z1:Z1"/>',
                MILLION,
                before=GOOD + "</sheetData><mergeCells>",
                after="</mergeCells></worksheet>",
            )
        ),
    ),
    "a chart beside a good sheet": ("t.xlsx", sheets_of("chartsheet", good=True)),
    "a dialog beside a good sheet": ("t.xlsx", sheets_of("dialogsheet", good=True)),
    "a macro sheet beside a good sheet": ("t.xlsx", sheets_of("xlMacrosheet", good=True)),
    "a document without a day": (
        "t.xlsx",
        xlsx(CORE="<cp:coreProperties><dcterms:created>never</dcterms:created>"),
    ),
    "wrong content types": (
        "t.xlsx",
        xlsx(TYPES="<Types><Default Extension='xml' ContentType='image/png'/></Types>"),
    ),
    "a sheet in UTF-16": (
        "t.xlsx",
        xlsx(SHEET=('<?xml version="1.0" encoding="UTF-16"?>' + sheet()).encode("utf-16")),
    ),
    "comments and instructions": ("t.xlsx", xlsx(SHEET=sheet(GOOD.replace("<row", "<!-- c --><?p q?><row")))),
    "days from 1904": ("t.xlsx", xlsx(BOOK=book(properties='<workbookPr date1904="1"/>'))),
    "days that no calendar has": (
        "t.xlsx",
        xlsx(
            SHEET=sheet(
                GOOD.replace(
                    "</row>",
                    "".join(
                        f'<c r="{letters(10 + n)}1" s="0"><v>{value}</v></c>'
                        for n, value in enumerate(
                            ["1e308", "-1e308", "NaN", "-1", "2958466", "1e999", "9" * 400]
                        )
                    ).replace('1" s', '1" s')
                    + "</row>",
                    1,
                )
            )
        ),
    ),
    "half a letter": (
        "t.xlsx",
        xlsx(SHEET=sheet(GOOD.replace("</row>", '<c r="J1" t="str"><v>_xD800_</v></c></row>', 1))),
    ),
    "names with a leading stroke": (
        "t.xlsx",
        lambda path: zipped(path, {f"/{name}": part for name, part in parts().items()}),
    ),
    "an external link": (
        "t.xlsx",
        xlsx(
            LINKS=relations(("worksheet", "worksheets/sheet1.xml")).replace(
                "</Relationships>",
                '<Relationship Id="x" Type="a/sharedStrings" Target="http://localhost:1/s.xml" TargetMode="External"/></Relationships>',
            )
        ),
    ),
    "an ods with a million empty rows": (
        "t.ods",
        ods(
            "".join(
                ods_row("", "".join(ods_cells("", cell) for cell in cells)) for cells in [HEADINGS, *RECORDS]
            )
            + ods_row(
                'table:number-rows-repeated="1048000"',
                '<table:table-cell table:number-columns-repeated="16384"/>',
            )
        ),
    ),
}
PARAMETERS: dict[str, Callable[[], str]] = {
    "aliases of aliases": lambda: (
        "a: &a [x, x]\n"
        + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    ),
    "a hundred thousand levels": lambda: "council: " + "[" * 100_000,
    "a hundred thousand levels of keys": lambda: "council: " + "{a: " * 100_000,
    "levels by indentation": lambda: "".join(f"{' ' * n}a:\n" for n in range(600)),
    "ten megabytes": lambda: "council: x\n" + "# a line\n" * 1_200_000,
    "a number of thousands of digits": lambda: f"council: {'9' * 9_000}\n",
    "thousands of unknown keys": lambda: "".join(f"k{n}: 1\n" for n in range(9_000)),
    "a tag of Python": lambda: "council: !!python/object/apply:os.system [ls]\n",
}

SAMPLE = {
    "a sheet that unpacks to gigabytes",
    "a cell of a million runs",
    "a billion laughs",
    "ten million levels",
    "a page of wide spans",
    "an xls cut short",
    "a sheet that claims every cell",
    "a hundred thousand levels",
}


@dataclass(frozen=True)
class Ran:
    """How `qaf check` ended; its seconds are those of the processor, whoever else uses it."""

    code: int
    errors: str
    output: str
    seconds: float
    megabytes: float


def checked(project, file: str, write: Writer) -> Ran:
    """`qaf check` where the caseload is such a file."""
    write(project.root / "data" / file)
    project.change("parameters/tiny.yml", "data/cases.csv", f"data/{file}")
    return check(project)


def check(project) -> Ran:
    started = subprocess.run(
        [
            *(sys.executable, "-S", "-c", STARTED_BY),
            *(sys.executable, "-c", "from qaf_lib.cli import main; main()", "check", str(project.file)),
        ],
        cwd=project.root,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    ran = Ran(*json.loads(started.stdout))
    allowed = SECONDS if ran.code else SECONDS_OF_A_WHOLE_CHECK
    assert ran.seconds < allowed, f"{ran.seconds:.1f} seconds"
    assert ran.megabytes < MEGABYTES, f"{ran.megabytes:.0f} megabytes"
    assert "Traceback" not in ran.errors
    assert SECRET not in ran.errors
    return ran


def assert_refused(ran: Ran, words: str) -> None:
    assert ran.code == 2, ran.errors + ran.output
    assert re.search(words, ran.errors), ran.errors
    assert len(ran.errors) < 1_000 or len(ran.errors.splitlines()) <= 20
    assert ran.errors.endswith(".\n")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every file with --proofs, a sample of them otherwise."""
    for name, files in {"hostile": REFUSED, "odd": READ, "parameters": PARAMETERS}.items():
        if name in metafunc.fixturenames:
            whole = metafunc.config.getoption("--proofs")
            metafunc.parametrize(name, [file for file in files if whole or file in SAMPLE])


def test_a_file_made_to_stop_the_reader_is_a_sentence_soon_and_in_little_memory(project, hostile):
    file, write, words = REFUSED[hostile]
    assert_refused(checked(project, file, write), words)


def test_a_file_that_is_only_odd_is_read_right(project, odd):
    file, write = READ[odd]
    ran = checked(project, file, write)
    assert ran.code == 0, ran.errors
    assert f"source data/{file}; table case; read 12; used 12; set aside 0" in ran.output


def test_a_parameter_file_made_to_stop_the_reader_is_a_sentence(project, parameters):
    with project.file.open("w") as stream:
        stream.write(PARAMETERS[parameters]())
    assert_refused(check(project), "tiny.yml: ")
