"""Pages of real editions in a real browser, wide, narrow and printed."""

import pytest

WIDTHS = [1280, 320]


def _pages(project) -> list:
    """Front pages, every report, and one team's page of each council."""
    outputs = project.root / "outputs"
    teams = [
        next(iter(sorted(edition.rglob("team_report.html")))) for edition in outputs.glob("*/*/edition-1")
    ]
    return [*outputs.rglob("index.html"), *outputs.rglob("edition-1/reports/*.html"), *teams]


LAID_OUT_OTHERWISE = ("index.html", "slt_report.html", "team_report.html")
"""Pages that a narrow screen lays out otherwise; of the others axe sees nothing narrow that it has not seen wide."""


def _judge(visit, pages, width) -> list[str]:
    faults = []
    for path in pages:
        seen = visit(path, width)
        name = f"{path.parent.name}/{path.name}"
        faults += [f"{name}: asked for {url[:60]}" for url in seen.requests]
        faults += [f"{name}: console: {line}" for line in seen.console]
        if width == WIDTHS[0] or path.name in LAID_OUT_OTHERWISE:
            faults += [f"{name}: {violation}" for violation in seen.violations()]
        faults += [] if seen.fits() else [f"{name}: scrolls sideways"]
        seen.page.close()
    return faults


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_england_ask_for_nothing_say_nothing_and_pass_axe(england, visit, width):
    assert _judge(visit, _pages(england), width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_demonshire_ask_for_nothing_say_nothing_and_pass_axe(demonshire, visit, width):
    pages = _pages(demonshire)
    assert len(pages) == 30  # two councils: a front page, thirteen reports and a team's page each
    assert _judge(visit, pages, width) == []


def test_pages_pass_axe_in_the_dark(england, visit):
    pages = [
        path for path in _pages(england) if path.name in LAID_OUT_OTHERWISE or path.name == "grades.html"
    ]
    faults = []
    for path in pages:
        seen = visit(path)
        seen.page.emulate_media(color_scheme="dark")
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 31)"
        faults += [f"{path.name}: {violation}" for violation in seen.violations()]
        seen.page.close()
    assert len(pages) == 4
    assert faults == []


MOST_SIDES = {
    "slt_report": 4,
    "self_evaluation": 3,
    "framework_reports": 4,
    "grades": 4,
    "reaudit": 3,
    "practice": 4,
    "voice": 2,
    "actions": 3,
    "evidence": 3,
    "programme": 4,
    "sample": 2,
    "moderation": 2,
    "framework": 2,
    "team_report": 1,
    "index": 3,
}
"""Sides of A4 at most, under any framework: half of version 0.1's where those were over four."""


def _too_long(visit, pages) -> list[str]:
    faults = []
    for path in pages:
        seen = visit(path)
        sides, words = seen.printed()
        name = f"{path.parent.name}/{path.name}: {sides} sides, {words} words"
        faults += [name] if sides > MOST_SIDES[path.stem] else []
        faults += [name] if path.stem == "slt_report" and words > 1200 else []
        seen.page.close()
    return faults


def test_every_page_prints_on_the_sides_it_is_allowed(england, demonshire, visit):
    pages = [*_pages(england), *_pages(demonshire), *demonshire.root.rglob("edition-1/**/team_report.html")]
    assert len(pages) > 60
    assert _too_long(visit, pages) == []


def test_the_slt_report_prints_as_a_tagged_document(england, visit, tmp_path):
    seen = visit(england.edition("england", "2024-25-q4") / "reports/slt_report.html")
    printed = seen.page.pdf(format="A4", tagged=True, outline=True)
    assert printed.startswith(b"%PDF")
    assert b"/StructTreeRoot" in printed
    assert b"/Lang (en-GB)" in printed


def test_a_page_stays_silent_when_its_text_is_hostile(visit, tmp_path):
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    from qaf_lib.batch.export import export_notebook

    bad = "<script>console.log('x')</script><img src=x onerror=console.log('y')>"
    cells = [
        new_markdown_cell(f"# Title\n\n## Section\n\n[a](javascript:alert(1)) {bad}"),
        new_code_cell("1", outputs=[new_output("display_data", {"text/html": f"<p style='x'>{bad}</p>"})]),
    ]
    page = export_notebook(notebook=new_notebook(cells=cells), title=bad, mark="", subtitle=bad)
    path = tmp_path / "hostile.html"
    path.write_text(page.html, encoding="utf-8")
    seen = visit(path)
    assert (seen.requests, seen.console) == ([], [])
