import pytest

from qaf_lib.batch.page import Group, Link, front_page, lint_page

WORDS = {
    "title": "Quality assurance report",
    "council": "Tinyshire",
    "period": "2025-26 Q2",
    "mark": "OFFICIAL-SENSITIVE",
}


def test_the_front_page_leads_with_headlines_and_decisions_and_keeps_every_rule():
    html = front_page(
        **WORDS,
        banner="Synthetic data",
        headlines=["Good or better: 63%."],
        decisions=["Agree new dates."],
        groups=[
            Group(
                "For leaders", [Link("edition-1/reports/slt_report.html", "Report to leaders", "To decide.")]
            ),
            Group("For each team", [Link("edition-1/teams/north/team_report.html", "North")]),
        ],
        failed=["07_voice: stopped by ValueError"],
        changes=["No figure differs."],
        provenance={"Kit": "qaf-kit"},
    )
    assert lint_page(html) == []
    order = [
        "Synthetic data",
        "Good or better: 63%.",
        "Agree new dates.",
        "<h3>For leaders</h3>",
        "edition-1/reports/slt_report.html",
        '<ul class="grid">',
        "edition-1/teams/north/team_report.html",
    ]
    assert [html.index(words) for words in order] == sorted(html.index(words) for words in order)
    assert "07_voice: stopped by ValueError" in html


def test_what_is_empty_has_no_heading():
    html = front_page(**WORDS)
    for heading in ("Headlines", "For decision", "could not be produced", "What has changed"):
        assert heading not in html


@pytest.mark.parametrize(
    "address", ["https://example.org", "//example.org", "/etc/passwd", "../../x.html", "javascript:x"]
)
def test_a_link_leads_nowhere_but_below_the_page(address):
    with pytest.raises(ValueError, match="relative"):
        front_page(**WORDS, groups=[Group("x", [Link(address, "x", "y")])])


def test_text_is_escaped():
    html = front_page(**WORDS, headlines=["<script>x</script>"], failed=["<b>y</b>"])
    assert "<script>" not in html
    assert "<b>" not in html
