"""The frame around a page, the front page, and what every page is checked for."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
"""Where the nbconvert template, the pages and their style stand."""


class Link(NamedTuple):
    """A relative address, its words, and what lies there."""

    address: str
    label: str
    description: str = ""


class Group(NamedTuple):
    """Links for one kind of reader; those without descriptions stand side by side."""

    title: str
    links: Sequence[Link]

    @property
    def is_grid(self) -> bool:
        """Whether the links stand side by side."""
        return not any(link.description for link in self.links)


def render_page(
    *,
    title: str,
    mark: str,
    subtitle: str,
    body: str,
    contents: Sequence[Link],
    back: str = "",
) -> str:
    """A report's page; `body` is HTML that passed the allow-list, all else is text."""
    return render(
        "report.html.j2",
        title=title,
        mark=mark,
        subtitle=subtitle,
        body=Markup(body),
        contents=contents,
        back=back,
    )


def render(template: str, *, mark: str, subtitle: str, **words: object) -> str:
    """A template with the kit's style and a policy that allows that style alone."""
    style = _style(mark, subtitle)
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template(template)
    html = page.render(mark=mark, subtitle=subtitle, style=Markup(style), policy=policy, **words)
    return re.sub(r"[ \t]+\n", "\n", html.replace("\r\n", "\n")).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _style(mark: str, subtitle: str) -> str:
    """The style sheet, with the marking, council and period for the margins of printed pages."""
    sheet = (TEMPLATES / "page.css").read_text(encoding="utf-8").replace("\r\n", "\n").strip()
    return sheet.replace('"MARK"', f'"{_css_text(mark)}"').replace('"SUBTITLE"', f'"{_css_text(subtitle)}"')


def _css_text(text: str) -> str:
    """Text inside a CSS string: everything but letters, digits and spaces as its code."""
    return re.sub(r"[^A-Za-z0-9 -]", lambda found: f"\\{ord(found[0]):x} ", text)


NOT_APPROVED = '<p class="approval">Nobody has approved this edition yet.</p>'
"""What the front page of a new edition says."""

RELATIVE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./ -]*(#[A-Za-z0-9_-]+)?\Z")


def front_page(
    *,
    title: str,
    council: str,
    period: str,
    mark: str,
    banner: str = "",
    headlines: Sequence[str] = (),
    decisions: Sequence[str] = (),
    groups: Sequence[Group] = (),
    failed: Sequence[str] = (),
    changes: Sequence[str] = (),
    provenance: Mapping[str, str] | None = None,
    edition: int | None = None,
) -> str:
    """The page a reader opens first.

    Parameters
    ----------
    title, council, period, mark : str
        Words of the header; mark is the protective marking, "" for none.
    banner : str
        A line above everything, such as that the figures are synthetic.
    headlines, decisions : sequence of str
        What the period showed; what leaders are asked to decide.
    groups : sequence of Group
        Pages and files of the edition, by relative address, for each kind of reader.
    failed, changes : sequence of str
        What could not be produced; what differs from the last edition.
    provenance : mapping of str to str, optional
        What the edition was made from.
    edition : int, optional
        The number of the edition that the page names.

    Raises
    ------
    ValueError
        If an address is not relative.
    """
    for link in (link for group in groups for link in group.links):
        if not RELATIVE.match(link.address) or ".." in link.address.split("/"):
            raise ValueError(f"links of the front page are relative and stay below it; got {link.address!r}")
    return render(
        "front.html.j2",
        title=title,
        subtitle=f"{council}, {period}",
        mark=mark,
        banner=banner,
        headlines=headlines,
        decisions=decisions,
        groups=groups,
        approval=Markup(NOT_APPROVED if edition else ""),
        failed=failed,
        changes=changes,
        provenance=provenance or {},
        edition=edition,
    )


SHORTEST_ALT = 20
_OUTSIDE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"no description|untitled|image$|figure$|placeholder", re.IGNORECASE)


def lint_page(html: str, *, budget_bytes: int = 2_000_000) -> list[str]:
    """What is wrong with a page; nothing for a sound one.

    Checked: language, title, one main heading and no level skipped, no script, no handler, no style
    attribute, no address beyond the page itself, alternative text on every image, caption and scope on
    every table, no repeated id, one style whose checksum the policy allows, and the page's size.

    Examples
    --------
    >>> lint_page("<p style='color:red'>x</p>")[0]
    'style attribute on p'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = [*reader.faults, *_of_document(reader), *_of_policy(reader)]
    if len(html.encode("utf-8")) > budget_bytes:
        faults.append(f"the page has more than {budget_bytes:,} bytes")
    return faults


class _Reader(HTMLParser):
    """Reads a page once, noting faults and what the document as a whole is judged by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.language, self.title, self.policy = "", "", ""
        self.headings: list[int] = []
        self.styles: list[str] = []
        self._ids: set[str] = set()
        self._open: list[str] = []
        self._captioned: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._attributes(tag, given)
        if tag not in ("meta", "img", "br", "hr", "link", "input", "col"):
            self._open.append(tag)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given.get("content", "")
        if tag in ("script", "iframe", "object", "embed", "link", "base", "form"):
            self.faults.append(f"{tag} element")
        if tag == "style":
            self.styles.append("")
        if re.fullmatch(r"h[1-6]", tag):
            self._heading(int(tag[1]))
        if tag == "img":
            self._image(given)
        if tag == "table":
            self._captioned.append(False)
        if tag == "caption" and self._captioned:
            self._captioned[-1] = True
        if tag == "th" and given.get("scope") not in ("col", "row"):
            self.faults.append("heading cell without scope")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "table" and self._captioned and not self._captioned.pop():
            self.faults.append("table without caption")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += data
        if self._open and self._open[-1] == "style":
            self.styles[-1] += data

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        self.faults += [f"{name} handler on {tag}" for name in given if name.startswith("on")]
        if "style" in given:
            self.faults.append(f"style attribute on {tag}")
        for name in ("src", "href", "srcset", "action", "poster"):
            address = given.get(name, "").strip()
            if _OUTSIDE.match(address) and not (tag == "img" and address.startswith("data:image/")):
                self.faults.append(f"address beyond the page in {name} of {tag}")
        if "id" in given:
            if given["id"] in self._ids:
                self.faults.append(f"id {given['id']} stands twice")
            self._ids.add(given["id"])

    def _heading(self, level: int) -> None:
        if self.headings and level > self.headings[-1] + 1:
            self.faults.append(f"heading of level {level} after level {self.headings[-1]}")
        self.headings.append(level)

    def _image(self, given: dict[str, str]) -> None:
        alt = given.get("alt", "").strip()
        if len(alt) < SHORTEST_ALT or _PLACEHOLDER.search(alt):
            self.faults.append("image without a real alternative text")


def _of_document(reader: _Reader) -> list[str]:
    faults = [] if reader.language == "en-GB" else ["the language is not en-GB"]
    faults += [] if reader.title.strip() else ["no title"]
    return faults + ([] if reader.headings.count(1) == 1 else [f"{reader.headings.count(1)} main headings"])


def _of_policy(reader: _Reader) -> list[str]:
    if "default-src 'none'" not in reader.policy:
        return ["no strict content-security policy"]
    sums = [b64encode(sha256(style.encode("utf-8")).digest()).decode("ascii") for style in reader.styles]
    return [
        f"a style whose checksum the policy lacks ({digest[:8]})"
        for digest in sums
        if digest not in reader.policy
    ]
