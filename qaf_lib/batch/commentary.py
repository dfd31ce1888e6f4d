"""The analyst's own words: a Markdown file beside the parameters, laid under the sections it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from qaf_lib.errors import InputError

__all__ = ["COMMENTARY", "read_commentary", "sections_of", "with_commentary"]

COMMENTARY = "commentary"
"""The mark of a cell that holds an analyst's words."""

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*")


def read_commentary(
    file: Path, *, named: str, pages: Mapping[str, Collection[str]]
) -> dict[str, dict[str, str]]:
    """The words of a commentary by page and section.

    Parameters
    ----------
    file : Path
        Markdown: `# grades` names a page, `## Overall` a section of it, and what follows are the words.
    named : str
        The file as the parameters name it.
    pages : mapping
        The sections of each page.

    Raises
    ------
    InputError
        If the file cannot be read, or words stand where no page has a section; with the line.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{named}: no such file, or no text in UTF-8. Name a Markdown file.") from None
    words: dict[str, dict[str, str]] = {}
    page = section = ""
    for number, line in enumerate(lines, start=1):
        heading = _HEADING.fullmatch(line)
        where = f"{named}, line {number}: "
        if heading and heading[1] == "#":
            page, section = _known(heading[2], pages, f"{where}page"), ""
        elif heading and heading[1] == "##" and page:
            section = _known(heading[2], pages[page], f"{where}section of {page}")
            if section in words.setdefault(page, {}):
                raise InputError(f"{where}{section} stands twice. Put its words together.")
            words[page][section] = ""
        elif heading:
            raise InputError(f"{where}a heading of this level. Write # page, ## section and words.")
        elif section:
            words[page][section] += f"{line}\n"
        elif line.strip():
            raise InputError(f"{where}words before a section. Write # page and ## section above them.")
    return words


def _known(name: str, known: Collection[str], what: str) -> str:
    if name not in known:
        raise InputError(f"{what} {name!r} is unknown. Name one of {', '.join(known)}.")
    return name


def sections_of(notebook: NotebookNode) -> list[str]:
    """The headings of the second level of a notebook, under which words can stand."""
    return [section for cell in notebook.cells if (section := _section(cell))]


def _section(cell: NotebookNode) -> str:
    """The heading of the second level that a cell opens with; "" for any other cell."""
    line = cell.source.split("\n")[0] if cell.cell_type == "markdown" else ""
    heading = _HEADING.fullmatch(line)
    return heading[2] if heading and heading[1] == "##" else ""


def with_commentary(notebook: NotebookNode, words: Mapping[str, str]) -> NotebookNode:
    """The notebook with each section's words, set off as a quotation, right under the section's heading."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        said = words.get(_section(cell), "").strip()
        if said:
            quoted = "\n".join(f"> {line}".rstrip() for line in said.splitlines())
            make: Any = new_markdown_cell
            cells.append(make(quoted, id=f"{cell.id[:50]}-words", metadata={COMMENTARY: True}))
    node: Any = NotebookNode
    longer: NotebookNode = node({**notebook, "cells": cells})
    return longer
