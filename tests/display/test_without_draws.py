"""A council that draws nothing: every section of every notebook runs, and none speaks of a draw."""

import re
from pathlib import Path

import nbformat
import pytest

import qaf_lib
from qaf_lib.pages import sections

KIT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((KIT / "notebooks" / "quarter").glob("*.ipynb"))
SPEAKS_OF_DRAWS = re.compile(r"\bdrawn\b|permanent random number|weighted by group|last draw", re.IGNORECASE)
MAY_SAY_NONE = re.compile(
    r"^(no|nothing|none)\b|\bno \w+ (was|were) drawn|nothing was drawn|not drawn", re.IGNORECASE
)


@pytest.fixture
def period(project):
    text = project.file.read_text(encoding="utf-8")
    project.file.write_text(f"{text[: text.index('draws:')]}draws: []\n", encoding="utf-8")
    project.add_audits({"0071001": "good", "0072003": "inadequate"}, selection="ad_hoc")
    project.prepare()
    return qaf_lib.open_period(project.file)


def calls(notebook):
    """The lines of a notebook that show a section."""
    cells = nbformat.read(notebook, as_version=4).cells
    lines = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    return [line for line in lines if line.startswith("sections.")]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_section_runs_without_a_draw_and_speaks_of_none(notebook, period):
    names = {"sections": sections, "period": period, "team_id": period.team_ids[0]}
    found = calls(notebook)
    assert found
    for line in found:
        shown = repr(eval(line, names))
        told = [part for part in re.split(r"(?<=[.!?])\s|\n", shown) if SPEAKS_OF_DRAWS.search(part)]
        assert [part for part in told if not MAY_SAY_NONE.search(part.strip())] == [], line
