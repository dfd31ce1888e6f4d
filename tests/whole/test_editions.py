"""Leeds and Portsmouth, whole: every report of the edition, with the framework's own words on it."""

import json

import pytest

COUNCILS = [("shared-demonshire-city", "leeds"), ("shared-demonshire-harbour", "portsmouth")]


@pytest.fixture(params=COUNCILS, ids=[framework for _, framework in COUNCILS])
def edition(harbour, request):
    return harbour.edition(request.param[0], "2026-27-q2"), request.param[1]


def page(edition, name):
    return (edition[0] / "reports" / f"{name}.html").read_text(encoding="utf-8")


def test_every_notebook_of_the_edition_completed(edition):
    manifest = json.loads((edition[0] / "manifest.json").read_text(encoding="utf-8"))
    states = {name: found["status"] for name, found in manifest["notebooks"].items()}
    assert set(states.values()) == {"completed"}, states
    assert len(states) == 11


READINGS = {
    "leeds": "No number of audits is expected of any role",
    "portsmouth": "Every two months, six a year",
}
LAST_DUTY = {"leeds": "Advise managers", "portsmouth": "Visit children's homes (Regulation 44)"}


def test_the_readings_of_the_framework_are_printed(edition):
    assert READINGS[edition[1]] in page(edition, "slt_report")


def test_the_last_duty_of_the_table_stands_on_the_practice_page(edition):
    assert LAST_DUTY[edition[1]] in page(edition, "practice")


def test_the_page_alerts_nobody_and_says_so(edition):
    assert "alerts nobody" in page(edition, "practice")
