"""From an executed notebook to a page that stands alone, and its tables as CSV.

The page holds no code, no script and no address beyond itself. Everything a
notebook wrote passes an allow-list; the kit adds the frame around it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape, unescape
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import nh3
import pandas as pd
from nbconvert.exporters.html import HTMLExporter
from nbformat.notebooknode import NotebookNode
from traitlets import Unicode, default
from traitlets.config import Config

from qaf_lib.batch.commentary import COMMENTARY, with_commentary
from qaf_lib.batch.page import TEMPLATES, Link, render_page
from qaf_lib.display.tables import CSV_PLACE, TABLE_TYPE
from qaf_lib.text import without_unseen


def without_empty_headings(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the headings whose cells, down to the next heading as high, gave no output.

    A framework that asks for no survey has no page part on surveys: the heading would promise one.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
    >>> cells = [new_markdown_cell("# Page"), new_code_cell(outputs=[new_output("stream", text="x")])]
    >>> cells += [new_markdown_cell("## Its own lists"), new_code_cell("lists(period)")]
    >>> [cell.source for cell in without_empty_headings(new_notebook(cells=cells)).cells]
    ['# Page', '', 'lists(period)']
    """
    cells = notebook.cells
    kept = [cell for at, cell in enumerate(cells) if not _level(cell) or _shown_below(cells, at)]
    made: Any = NotebookNode
    shorter: NotebookNode = made({**notebook, "cells": kept})
    return shorter


def _shown_below(cells: list[NotebookNode], at: int) -> bool:
    level = _level(cells[at])
    below = list(takewhile(lambda cell: not 0 < _level(cell) <= level, cells[at + 1 :]))
    code = [cell for cell in below if cell.cell_type == "code"]
    words = any(COMMENTARY in cell.metadata for cell in below)
    return words or not code or any(cell.outputs for cell in code)


def _level(cell: NotebookNode) -> int:
    """The level of the heading that a cell opens with; 0 for any other cell."""
    if cell.cell_type != "markdown" or not cell.source.startswith("#"):
        return 0
    return len(cell.source) - len(cell.source.lstrip("#"))


ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class"},
    "div": {"role", "aria-label", "tabindex"},
    "img": {"src", "alt"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "span": {"title"},
}
"""What survives on a tag of a notebook's output; ids and styles do not."""

TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "br",
        "hr",
        "pre",
        "code",
        "blockquote",
        "div",
        "section",
        "span",
    ),
    *("details", "summary", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("abbr", "b", "cite", "em", "i", "q", "s", "small", "strong", "sub", "sup", "u"),
}

CLASSES = {
    *("passage", "lead", "warning", "assumption", "banner", "quotation", "empty"),
    *("three", "card", "figures", "figure", "value", "long", "detail", "trend"),
    *("table-box", "table-scroll", "table-note", "csv", "number", "chart", "page"),
}

IMAGE = re.compile(r"data:image/(svg\+xml|png);base64,[A-Za-z0-9+/=]+\Z")
_CHART = re.compile(
    r'<figure class="chart"><img [^>]*src="data:image/svg\+xml;base64,([^"]+)"[^>]*>'
    r"<figcaption>([^<]*)</figcaption></figure>"
)
HEADING = re.compile(r"<h([1-6])(?: class=\"[^\"]*\")?>(.*?)</h\1>", re.DOTALL)
_CLOSED_ALONE = re.compile(
    r"<(h[2-4])((?: id=\"[^\"]*\")?>(?:(?!</h).)*</h[2-4]>)"
    r"(\s*(?:<details>(?:(?!</details>).)*</details>\s*)+)(?=<h[2-4]|\Z)",
    re.DOTALL,
)
"""A heading over nothing but closed tables: printed, it would stand over nothing."""


_NAMES_PAGE = re.compile(r'<span class="page" title="([^"]*)">([^<]*)</span>')
"""Words that name another page."""


class Figures(NamedTuple):
    """The numbers behind a table that is shown, with the line above the table and the line under it."""

    rows: pd.DataFrame
    caption: str = ""
    note: str = ""


class Drawing(NamedTuple):
    """A chart that is shown, as SVG, and the line under it."""

    svg: bytes
    caption: str


@dataclass(frozen=True)
class Page:
    """A page: its HTML, with LF line ends, its tables by table_id, and its charts in order."""

    html: str
    tables: Mapping[str, Figures]
    charts: Sequence[Drawing] = ()


def export_notebook(
    *,
    notebook: NotebookNode | Path,
    title: str,
    mark: str,
    subtitle: str = "",
    back: str = "",
    tables: str = "",
    words: Mapping[str, str] | None = None,
) -> Page:
    """A page from an executed notebook; the same notebook gives the same bytes.

    Parameters
    ----------
    notebook : NotebookNode or Path
        The executed notebook.
    title : str
        The page's one heading of the first level. The notebook's own first heading is left out for it.
    mark : str
        Protective marking on the screen and on every printed page; "" for none.
    subtitle : str
        Council and period.
    back : str
        Relative address of the front page; "" for a page that stands alone.
    tables : str
        Relative address of the folder with the tables' CSV, to link to; "" for a page without.
    words : mapping of str to str, optional
        The analyst's words for sections, as Markdown by heading; they pass the allow-list like all else.
    """
    node = with_commentary(_read(notebook), words or {})
    named = _tables(node)
    body = _with_links(
        _exporter().body(without_empty_headings(node)),
        [f"{tables}/{name}.csv" for name, _ in named] if tables else [],
    )
    html = _framed(body, title=title, mark=mark, subtitle=subtitle, back=back)
    charts = [Drawing(b64decode(data), unescape(caption)) for data, caption in _CHART.findall(body)]
    return Page(html=html, tables=dict(named), charts=charts)


def with_page_links(page: Page, addresses: Mapping[str, str]) -> Page:
    """A page whose words on others lead to those there are: their relative addresses, by title."""

    def link(found: re.Match[str]) -> str:
        address = addresses.get(unescape(found[1]))
        return f'<a href="{escape(address)}">{found[2]}</a>' if address else found[2]

    return replace(page, html=_NAMES_PAGE.sub(link, page.html))


def _framed(body: str, *, title: str, mark: str, subtitle: str, back: str) -> str:
    """The whole page around the words and outputs of a notebook."""
    shown, sections = _with_sections(body.replace(CSV_PLACE, ""))
    html = render_page(
        title=title,
        mark=mark,
        subtitle=subtitle,
        body=shown,
        contents=sections if len(sections) > 1 else [],
        back=back,
    )
    return without_unseen(html)


def _read(notebook: NotebookNode | Path) -> NotebookNode:
    if isinstance(notebook, Path):
        reads: Any = nbformat.reads
        node: NotebookNode = reads(notebook.read_text(encoding="utf-8"), as_version=4)
        return node
    return notebook


class ReportExporter(HTMLExporter):
    """nbconvert's way to a page: `jupyter nbconvert --to qaf_report`, and JupyterLab's Save and Export menu.

    The page is marked and titled as its notebook says. It is not looked through for identifiers as an
    edition's pages are.
    """

    export_from_notebook = "QAF report"
    mark = Unicode("OFFICIAL-SENSITIVE", help="Protective marking; none where empty.").tag(config=True)

    @property
    def default_config(self) -> Config:
        """nbconvert's own, with no style of its own and the forms of output that a page can show."""
        settings = Config()
        settings.CSSHTMLHeaderPreprocessor.enabled = False
        settings.NbConvertBase.display_data_priority = [
            "application/vnd.jupyter.widget-view+json",
            "text/html",
            "image/svg+xml",
            "image/png",
            "text/markdown",
            "text/plain",
        ]
        return settings

    @default("template_name")
    def _template_name(self) -> str:
        return "qaf"

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("exclude_anchor_links")
    def _no_anchor_links(self) -> bool:
        return True

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """nbconvert's filters and the two of the kit's template."""
        defaults: Any = super().default_filters
        yield from defaults()
        yield from (("clean", _clean), ("image", _image))

    def body(self, node: NotebookNode) -> str:
        """The notebook's words and outputs through the kit's template, then the allow-list again."""
        body, _ = super().from_notebook_node(node)
        return _clean(body.replace("\r\n", "\n"))

    def from_notebook_node(self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any) -> Any:
        """The whole page of a notebook, and nbconvert's account of it."""
        account: Any = self._init_resources
        told = account(resources)
        titles = [cell.source.splitlines()[0] for cell in nb.cells if _level(cell) == 1]
        title = titles[0].lstrip("#").strip() if titles else str(told["metadata"].get("name", "")) or "Report"
        body = self.body(without_empty_headings(nb))
        return _framed(body, title=title, mark=self.mark, subtitle="", back=""), told


@cache
def _exporter() -> ReportExporter:
    """The exporter with its template compiled, once for all pages."""
    make: Any = ReportExporter
    exporter: ReportExporter = make()
    return exporter


def _clean(html: str) -> str:
    """What may stand on a page: the allow-list, with no links, ids, styles or outside images."""
    return str(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=_attribute,
            url_schemes={"data"},
            link_rel=None,
        )
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name == "src":
        return value if IMAGE.match(value) else None
    allowed = {"role": {"group"}, "tabindex": {"0"}, "scope": {"col", "row"}}
    return value if value in allowed.get(name, {value}) else None


def _image(data: object, kind: str, metadata: Mapping[str, Any]) -> str:
    """A bare image of a notebook, with the alt text its metadata gives."""
    text = "".join(data) if isinstance(data, list) else str(data)
    if kind == "image/svg+xml":
        text = b64encode(text.encode()).decode("ascii")
    alt = str(metadata.get(kind, {}).get("alt", metadata.get("alt", "")))
    source = f"data:{kind};base64,{''.join(text.split())}"
    return f'<figure class="chart"><img alt="{escape(alt)}" src="{source}"></figure>'


def _with_sections(body: str) -> tuple[str, list[Link]]:
    """Headings in order below the page's own: the first first-level one goes, none skips a level.

    Headings of the second level get an id and make the contents.
    """
    sections: list[Link] = []
    state = {"level": 1, "seen": 0}

    def heading(found: re.Match[str]) -> str:
        state["seen"] += 1
        text = found[2].replace("¶", "").strip()
        if state["seen"] == 1 and found[1] == "1":
            return ""
        level = state["level"] = min(max(int(found[1]), 2), state["level"] + 1)
        if level > 2:
            return f"<h{level}>{text}</h{level}>"
        plain = _plain(text)
        sections.append(Link(f"#{_slug(plain, [link.address for link in sections])}", plain))
        return f'<h2 id="{sections[-1].address[1:]}">{text}</h2>'

    return _CLOSED_ALONE.sub(r'<\1 class="screen"\2\3', HEADING.sub(heading, body)), sections


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def _slug(text: str, taken: list[str]) -> str:
    """An id from a heading's words; a number where it is taken already."""
    words = "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "section"
    slug, number = words, 2
    while f"#{slug}" in [*taken, "#main", "#contents"]:
        slug, number = f"{words}-{number}", number + 1
    return slug


def _tables(node: NotebookNode) -> list[tuple[str, Figures]]:
    """Name and records of every table of the notebook, as shown; a name used for two gets a number."""
    tables: dict[str, Figures] = {}
    shown = []
    for carried in _carried(node):
        name, number = str(carried["table_id"]), 2
        rows = pd.DataFrame(list(carried["records"]), columns=carried["columns"] or None)
        while name in tables and not tables[name].rows.equals(rows):
            name, number = f"{carried['table_id']}-{number}", number + 1
        if len(rows):
            tables[name] = Figures(rows, str(carried["caption"]), str(carried["note"]))
            shown.append((name, tables[name]))
    return shown


def _with_links(body: str, addresses: Sequence[str]) -> str:
    """The page with a link to each table's CSV at the place for it; with none unless each has its place."""
    first, *others = body.split(CSV_PLACE)
    if len(others) != len(addresses):
        return "".join([first, *others])
    links = [
        f'<p class="csv"><a href="{escape(address)}">These figures as CSV</a></p>' for address in addresses
    ]
    return "".join([first, *(link + other for link, other in zip(links, others, strict=True))])


def _carried(node: NotebookNode) -> list[Mapping[str, Any]]:
    outputs = [output for cell in node.cells for output in cell.get("outputs", [])]
    return [output["data"][TABLE_TYPE] for output in outputs if TABLE_TYPE in output.get("data", {})]
