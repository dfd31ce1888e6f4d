"""The frame of every page: head, policy, header, contents, foot."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["TEMPLATES", "Link", "render", "render_page"]

TEMPLATES = Path(__file__).parent / "templates"
"""Where the nbconvert template, the pages and their style stand."""


class Link(NamedTuple):
    """A relative address, its words, and what lies there."""

    address: str
    label: str
    description: str = ""


def render_page(
    *,
    title: str,
    mark: str,
    subtitle: str,
    body: str,
    contents: Sequence[Link],
    provenance: Mapping[str, str],
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
        provenance=provenance,
        back=back,
    )


def render(template: str, *, mark: str, **words: object) -> str:
    """A template with the kit's style and a policy that allows that style alone."""
    style = _style(mark)
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template(template)
    html = page.render(mark=mark, style=Markup(style), policy=policy, **words)
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


def _style(mark: str) -> str:
    """The style sheet, with the marking for the margins of printed pages."""
    sheet = (TEMPLATES / "page.css").read_text(encoding="utf-8").replace("\r\n", "\n").strip()
    return sheet.replace('"MARK"', f'"{_css_text(mark)}"')


def _css_text(text: str) -> str:
    """Text inside a CSS string: everything but letters, digits and spaces as its code."""
    return re.sub(r"[^A-Za-z0-9 -]", lambda found: f"\\{ord(found[0]):x} ", text)
