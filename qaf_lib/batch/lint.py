"""Rules of the house that a page must keep, beyond what a browser's accessibility checker sees."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

__all__ = ["lint_page"]

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
