"""The committee paper: a report's page as a Word document, in the council's own template where it has one.

It is made from the finished page, so its numbers are the page's. What a page keeps closed is left out: the
chart above it says the same.
"""

from __future__ import annotations

import re
import zipfile
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import resvg_py
from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENTATION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import _Cell
from lxml import html

from qaf_lib.errors import InputError

__all__ = ["check_template", "committee_paper", "picture_of"]

STYLES = ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Caption", "List Bullet", "Table Grid")
"""Styles of Word that a paper uses."""

_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""What a paper says of when it was made, so that the same page gives the same bytes."""

_DPI = 192
_PICTURE = Cm(11.5)
_SMALL = Pt(9)
_NARROWEST, _WIDEST = 10, 45
"""Characters of a table's narrowest and widest column, for the share of the line that it takes."""

_INK = RGBColor(0x0B, 0x0C, 0x0C)


def check_template(template: Path) -> None:
    """Refuse a template that a paper cannot be made in, before anything else is done.

    Raises
    ------
    InputError
        If it is missing, no Word document (.docx), or lacks one of the styles that a paper uses.
    """
    named = f"{template.name}, the committee_template of the parameters,"
    try:
        paper = Document(str(template))
    except Exception as error:  # whatever a file can hold
        raise InputError(
            f"{named} is not there, or is no Word document (.docx). Save it as .docx."
        ) from error
    found = {style.name for style in paper.styles}
    lacking = [name for name in STYLES if name not in found]
    if lacking:
        raise InputError(
            f"{named} has no style {lacking[0]}; a paper needs {', '.join(STYLES)}. "
            "In Word, give each of them to a line, save the file, and take the lines out again."
        )


def picture_of(drawing: bytes) -> bytes:
    """A drawing (SVG of shapes alone, without words) as a PNG image; no font of the machine has a part."""
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing.decode("utf-8"), dpi=_DPI, skip_system_fonts=True))


def committee_paper(page: str, *, mark: str, subtitle: str, template: Path | None = None) -> bytes:
    """A page of an edition as a Word document; the same page and template give the same bytes.

    Parameters
    ----------
    page : str
        The finished page.
    mark : str
        Protective marking at the head of every side; "" for none.
    subtitle : str
        Council and period.
    template : Path, optional
        The council's own document; the paper follows what stands in it.
    """
    root = html.document_fromstring(page)
    paper = Document(str(template)) if template else _plain_paper()
    title = _text(root.find(".//h1"))
    _describe(paper, title=title, subtitle=subtitle)
    if mark:
        for section in paper.sections:
            section.header.paragraphs[0].add_run(mark).bold = True
    paper.add_paragraph(title, style="Title")
    paper.add_paragraph(subtitle, style="Subtitle")
    _add_all(paper, root.find(".//main"))
    stream = BytesIO()
    paper.save(stream)
    return _with_fixed_times(stream.getvalue())


def _plain_paper() -> Paper:
    """An A4 document in a plain type, for a council without a template."""
    paper = Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    sizes = {"Normal": 11, "Title": 22, "Subtitle": 12, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11}
    for name, size in {**sizes, "Caption": 10}.items():
        style: Any = paper.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), _INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # else the theme's type wins
            fonts.attrib.pop(qn(f"w:{script}"), None)
        fonts.set(qn("w:hAnsi"), "Arial")
    normal: Any = paper.styles["Normal"]
    normal.paragraph_format.space_after = Pt(6)
    above: Any = paper.styles["Caption"]
    above.paragraph_format.space_before = Pt(8)
    return paper


def _describe(paper: Paper, *, title: str, subtitle: str) -> None:
    told = paper.core_properties
    told.title, told.subject, told.author, told.last_modified_by = title, subtitle, "", ""
    told.comments, told.language, told.revision = "", "en-GB", 1
    told.created = told.modified = _MADE
    shown = paper.part.package.rels  # the small picture of the template's first side is not the paper's
    for at in [at for at, relation in shown.items() if relation.reltype.endswith("/thumbnail")]:
        shown.pop(at)
    for language in paper.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _add_all(paper: Paper, parent: Any) -> None:
    for element in parent:
        _add(paper, element)


def _add(paper: Paper, element: Any) -> None:
    """An element of the page, and what is in it, at the end of the paper."""
    name, kinds = element.tag, set(str(element.get("class", "")).split())
    heading = re.fullmatch(r"h([2-4])", str(name))
    if heading:
        paper.add_paragraph(_text(element), style=f"Heading {int(heading[1]) - 1}")
    elif name == "details" or "csv" in kinds:
        return
    elif name == "table":
        _add_table(paper, element)
    elif name == "figure" or name == "img":
        _add_figure(paper, element)
    elif name == "dl":
        _add_figures(paper, element)
    elif name in ("ul", "ol"):
        for item in element:
            paper.add_paragraph(_text(item), style="List Bullet")
    elif name == "p":
        run = paper.add_paragraph().add_run(_text(element))
        run.font.size = _SMALL if "table-note" in kinds else None
        run.bold = "lead" in set(str(element.getparent().get("class", "")).split()) or None
    elif len(element):
        _add_all(paper, element)
    elif _text(element):
        paper.add_paragraph(_text(element))


def _add_table(paper: Paper, element: Any) -> None:
    rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in element.iter("tr")]
    cells = [[(_text(cell), "number" in str(cell.get("class", ""))) for cell in row] for row in rows]
    _tabulate(paper, _text(element.find("caption")), cells)


def _add_figures(paper: Paper, element: Any) -> None:
    """The key figures as a table: what, how much, what it rests on, and earlier periods."""
    lines = [
        (_text(figure.find("dt")), *(_part(figure, kind) for kind in ("value", "detail")), _earlier(figure))
        for figure in element
    ]
    heads = ("Key figure", "This period", "How sure, and of what", "Earlier periods")
    _tabulate(paper, "Key figures", [[(text, False) for text in line] for line in (heads, *lines)])


def _tabulate(paper: Paper, caption: str, rows: Sequence[Sequence[tuple[str, bool]]]) -> None:
    """Cells and whether each is a number: caption above, headings on every side, no row over two sides."""
    _caption(paper, caption, before=True)
    columns = len(rows[0])
    table = paper.add_table(rows=len(rows), cols=columns, style="Table Grid")
    widths = _widths(paper, [[row[at][0] for row in rows if at < len(row)] for at in range(columns)])
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        properties = row._tr.get_or_add_trPr()
        for name in ["w:cantSplit", *(["w:tblHeader"] if number == 0 else [])]:
            properties.append(OxmlElement(name))
        for cell, width, (text, is_number) in zip(row.cells, widths, cells, strict=False):
            cell.width = width
            _fill(cell, text, is_head=number == 0, is_number=is_number)


def _widths(paper: Paper, columns: Sequence[Sequence[str]]) -> list[Length]:
    """Widths by the columns' longest texts, within bounds, that fill a line of the page."""
    section = paper.sections[0]
    line = (section.page_width or Cm(21)) - (section.left_margin or 0) - (section.right_margin or 0)
    wanted = [min(max(_NARROWEST, *map(len, texts)), _WIDEST) for texts in columns]
    return [Length(line * part // sum(wanted)) for part in wanted]


def _fill(cell: _Cell, text: str, *, is_head: bool, is_number: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = _SMALL, is_head or None
    paragraph.paragraph_format.space_after = Pt(1)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _part(figure: Any, kind: str) -> str:
    return " ".join(_text(part) for part in figure if kind in str(part.get("class", "")).split())


def _earlier(figure: Any) -> str:
    """What a small trend shows, in the words of its alternative text after what it is of."""
    return " ".join(str(image.get("alt", "")).partition(": ")[2] for image in figure.iter("img"))


def _add_figure(paper: Paper, element: Any) -> None:
    """A chart as a picture with its words for those who do not see it, and its caption under it."""
    image = element if element.tag == "img" else element.find(".//img")
    kind, _, content = str(image.get("src")).partition(";base64,")
    drawn = b64decode(content)
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    picture = picture_of(drawn) if kind.endswith("svg+xml") else drawn
    shape = paragraph.add_run().add_picture(BytesIO(picture), width=_PICTURE)
    shape._inline.docPr.set("descr", str(image.get("alt", "")))
    caption = element.find("figcaption")
    if caption is not None:
        _caption(paper, _text(caption), before=False)


def _caption(paper: Paper, text: str, *, before: bool) -> None:
    paragraph = paper.add_paragraph(text, style="Caption")
    paragraph.paragraph_format.keep_with_next = before


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _with_fixed_times(content: bytes) -> bytes:
    """The document's parts in their order with one time for all."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            whole = zipfile.ZipInfo(part.filename, _MADE.timetuple()[:6])
            whole.compress_type, whole.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(whole, old.read(part))
    return stream.getvalue()
