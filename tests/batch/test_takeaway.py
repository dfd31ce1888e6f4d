"""Files to take away say what the pages say, number by number, and hold nothing that pages could not."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qaf_lib.analysis import results_table
from qaf_lib.batch.export import export_notebook
from qaf_lib.batch.paper import STYLES, check_template, committee_paper, picture_of
from qaf_lib.batch.takeaway import takeaway_files
from qaf_lib.disclosure import scan_folder
from qaf_lib.display import Note, grade_bars, share_table
from qaf_lib.errors import InputError

ROWS = [
    {"table_id": "grades", "row_key": key, "measure": "share", "x": x, "n": 40, "estimate": x / 40}
    for key, x in (("good", 30), ("inadequate", 10))
]
RESULTS = results_table([{**row, "low": 0.1, "high": 0.9} for row in ROWS])
TABLE = share_table(RESULTS, caption="Grades of forty cases", row_heading="Grade", note="Two grades.")
CHART = grade_bars(RESULTS, caption="Grades / of forty cases")
KEPT = {"mark": "OFFICIAL-SENSITIVE", "subtitle": "Tinyshire, 2025-26 Q2"}


def shown(*things):
    return [new_output("display_data", thing._repr_mimebundle_()) for thing in things]


@pytest.fixture(scope="module")
def page():
    cells = [
        new_markdown_cell("# Report"),
        new_markdown_cell("## Findings\n\n* One\n* Two of 40"),
        new_code_cell("show()", outputs=shown(Note("30 of 40 were good."), CHART, TABLE)),
        new_markdown_cell("### Below"),
        new_markdown_cell("Words."),
    ]
    return export_notebook(notebook=new_notebook(cells=cells), title="Report to leaders", **KEPT)


@pytest.fixture(scope="module")
def paper(page):
    return committee_paper(page.html, **KEPT)


def words_of(content):
    return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]


def cells_of(content):
    return [[cell.text for cell in row.cells] for row in Document(BytesIO(content)).tables[0].rows]


def test_every_word_and_number_of_the_page_stands_in_the_paper(page, paper):
    main = html.document_fromstring(page.html).find(".//main")
    said = "\n".join([*words_of(paper), *(" ".join(row) for row in cells_of(paper))])
    for element in main.iter("p", "li", "h2", "h3", "figcaption", "caption", "th", "td"):
        assert " ".join(element.text_content().split()) in said
    assert cells_of(paper)[1] == ["Good", "40", "30", "75%", "10% to 90%"]


def test_what_a_page_keeps_closed_is_left_out_of_the_paper(page):
    closed = page.html.replace("<p>Words.</p>", "<details><summary>S</summary><p>Closed.</p></details>")
    assert "<details>" in closed
    assert "Closed." not in "\n".join(words_of(committee_paper(closed, **KEPT)))


def test_the_paper_is_accessible(page, paper):
    document = Document(BytesIO(paper))
    assert [p.style.name for p in document.paragraphs][:4] == [
        "Title",
        "Subtitle",
        "Heading 1",
        "List Bullet",
    ]
    assert document.core_properties.title == "Report to leaders"
    assert document.core_properties.language == "en-GB"
    assert document.sections[0].header.paragraphs[0].text == "OFFICIAL-SENSITIVE"
    pictures = [picture._inline.docPr.get("descr") for picture in document.inline_shapes]
    assert pictures == [CHART.alt]
    head, *rows = document.tables[0].rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in (head, *rows))


def test_the_same_page_gives_the_same_bytes(page, paper):
    assert committee_paper(page.html, **KEPT) == paper
    files = [
        takeaway_files({"reports/x.html": page}, leading="reports/x.html", template=None, **KEPT)
        for _ in "12"
    ]
    assert files[0] == files[1]
    with zipfile.ZipFile(BytesIO(paper)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert not [name for name in parts.namelist() if "thumbnail" in name]


def template(folder, **changes):
    document = Document()
    document.add_paragraph("Tinyshire Council: report to committee")
    for name in changes.get("without", ()):
        style = document.styles[name]
        style.element.getparent().remove(style.element)
    document.save(str(folder / "template.docx"))
    return folder / "template.docx"


def test_a_councils_own_template_leads(tmp_path, page):
    file = template(tmp_path)
    check_template(file)
    assert words_of(committee_paper(page.html, template=file, **KEPT))[:2] == [
        "Tinyshire Council: report to committee",
        "Report to leaders",
    ]


@pytest.mark.parametrize("style", STYLES)
def test_a_template_without_a_style_that_a_paper_uses_is_refused_by_name(tmp_path, style):
    with pytest.raises(InputError, match=rf"template\.docx, the committee_template .* has no style {style};"):
        check_template(template(tmp_path, without=[style]))


@pytest.mark.parametrize("content", [None, b"", b"not a document", b"PK\x05\x06" + b"\0" * 18])
def test_a_template_that_is_no_word_document_is_refused(tmp_path, content):
    file = tmp_path / "template.docx"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match="is not there, or is no Word document"):
        check_template(file)


def test_the_workbook_has_contents_notes_and_a_sheet_a_table(page):
    files = takeaway_files(
        {"reports/x_report.html": page}, leading="reports/x_report.html", template=None, **KEPT
    )
    book = openpyxl.load_workbook(BytesIO(files["tables.xlsx"]))
    assert book.sheetnames == ["Contents", "Notes", "T1 grades"]
    listed = [[cell.value for cell in row] for row in book["Contents"].iter_rows()]
    assert listed[-1] == ["T1 grades", "Grades of forty cases", "x report"]
    rows = [[cell.value for cell in row] for row in book["T1 grades"].iter_rows()]
    assert rows[0][0] == "Grades of forty cases"
    assert rows[1][0].startswith("Two grades.")
    assert rows[3] == ["Grade", "Count", "Out of", "Share (0 to 1)", "Interval from", "Interval to"]
    assert rows[4] == ["Good", 30, 40, 0.75, 0.1, 0.9]


def test_each_chart_is_there_as_drawing_and_as_picture(page):
    files = takeaway_files({"reports/x.html": page}, leading="reports/x.html", template=None, **KEPT)
    assert sorted(files) == [
        *("charts/x-1-grades-of-forty-cases.png", "charts/x-1-grades-of-forty-cases.svg"),
        *("tables.xlsx", "x.docx"),
    ]
    assert files["charts/x-1-grades-of-forty-cases.svg"] == CHART.svg
    assert files["charts/x-1-grades-of-forty-cases.png"] == picture_of(CHART.svg)
    assert files["charts/x-1-grades-of-forty-cases.png"].startswith(b"\x89PNG")


def test_pages_of_teams_add_no_files(page):
    files = takeaway_files(
        {"reports/x.html": page, "teams/north/team_report.html": page},
        leading="reports/x.html",
        template=None,
        **KEPT,
    )
    assert not [name for name in files if "team" in name]


def leaks(folder, content, name="paper.docx", reference="0123456"):
    (folder / name).write_bytes(content)
    return scan_folder(folder=folder, references=[reference, "Ada Invented"])


@pytest.mark.parametrize("number", ["0123456", "40"])
def test_an_identifier_in_a_paper_is_found_and_a_number_of_the_kits_own_is_not(tmp_path, page, number):
    told = committee_paper(page.html.replace("<p>Words.</p>", f"<p>Case {number}.</p>"), **KEPT)
    found = leaks(tmp_path, told, reference="0123456")
    assert [leak.kind for leak in found] == (["identifier"] if number == "0123456" else [])
    assert all("▮▮▮" in leak.words and "word/document.xml" in leak.place for leak in found)


def test_an_identifier_in_each_part_of_a_document_is_found(tmp_path):
    document = Document()
    document.core_properties.author = "Ada Invented"
    document.sections[0].footer.paragraphs[0].text = "Case 0123456"
    run = document.add_paragraph("Ada ").add_run("Inv")
    run.bold = True
    document.paragraphs[0].add_run("ented")
    document.add_picture(BytesIO(picture_of(CHART.svg)))._inline.docPr.set("descr", "of 0123456")
    stream = BytesIO()
    document.save(stream)
    found = {re.sub(r", paragraph \d+", "", leak.place) for leak in leaks(tmp_path, stream.getvalue())}
    assert found == {
        "paper.docx, in docProps/core.xml",
        "paper.docx, in word/document.xml",
        "paper.docx, in word/document.xml, descr",
        "paper.docx, in word/footer1.xml",
    }


@pytest.mark.parametrize(("heading", "found"), [("In all", 0), ("Case", 1)])
def test_a_number_in_a_papers_table_is_found_under_a_heading_that_names_someone(
    tmp_path, page, heading, found
):
    told = page.html.replace(">40<", ">140625<").replace(">In all<", f">{heading}<")
    assert len(leaks(tmp_path, committee_paper(told, **KEPT), reference="140625")) == 2 * found


def test_an_identifier_in_a_workbook_is_found(tmp_path):
    frame = pd.DataFrame({"note": ["by Ada Invented"]})
    frame.to_excel(tmp_path / "made.xlsx", index=False, sheet_name="0123456")
    found = scan_folder(folder=tmp_path, references=["0123456", "Ada Invented"])
    assert {leak.place.split(", ")[1] for leak in found} >= {"in xl/sharedStrings.xml", "in xl/workbook.xml"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_paper_and_reads_the_same_words(tmp_path, paper):
    (tmp_path / "paper.docx").write_bytes(paper)
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"),
            *("--convert-to", "txt:Text", "--outdir", tmp_path, tmp_path / "paper.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    read = (tmp_path / "paper.txt").read_text(encoding="utf-8-sig")
    assert "Report to leaders" in read
    assert "75%" in read


def test_what_is_called_a_document_and_is_none_is_read_as_text(tmp_path):
    assert [leak.kind for leak in leaks(tmp_path, b"Case 0123456")] == ["identifier"]
