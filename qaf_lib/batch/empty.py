"""Headings of a notebook under which nothing was shown: they are left out of its page."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from nbformat.notebooknode import NotebookNode

__all__ = ["without_empty_headings"]


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
    return not code or any(cell.outputs for cell in code)


def _level(cell: NotebookNode) -> int:
    """The level of the heading that a cell opens with; 0 for any other cell."""
    if cell.cell_type != "markdown" or not cell.source.startswith("#"):
        return 0
    return len(cell.source) - len(cell.source.lstrip("#"))
