"""Leeds and Portsmouth, whole: every report with the framework's own words on it; and what partners see."""

import json

import pytest

from qaf_lib.batch.contents import REPORTS
from qaf_lib.batch.execute import Job, KernelPool
from qaf_lib.batch.export import export_notebook
from qaf_lib.batch.page import lint_page
from qaf_lib.batch.standing import NOTEBOOKS
from qaf_lib.fingerprint import PREPARED
from qaf_lib.parameters import load_parameters
from qaf_lib.prepare import prepare

COUNCILS = {"leeds": "demonshire-city", "portsmouth": "demonshire-harbour"}
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module", params=COUNCILS)
def reports(harbour, request, tmp_path_factory):
    """How each notebook of the council ended, its page, and the framework's name."""
    prepared = prepare(load_parameters(harbour.root / f"parameters/demo-{request.param}.yml"))
    folder, given = tmp_path_factory.mktemp("executed"), {"parameters_file": str(prepared.store / PREPARED)}
    jobs = [Job(name, NOTEBOOKS / f"{name}.ipynb", folder / f"{name}.ipynb", given) for name in REPORTS]
    with KernelPool() as pool:
        outcomes = pool.execute(jobs, tell=lambda outcome: None)
    pages = {
        outcome.job.name: export_notebook(notebook=outcome.job.output, title=outcome.job.name, mark="")
        for outcome in outcomes
    }
    return {outcome.job.name: outcome.status for outcome in outcomes}, pages, request.param


def test_every_notebook_completes_and_keeps_the_rules_of_the_house(reports):
    states, pages, _ = reports
    assert set(states.values()) == {"completed"}, states
    assert {name: lint_page(page.html) for name, page in pages.items()} == {name: [] for name in REPORTS}


READINGS = {
    "leeds": "No number of audits is expected of any role",
    "portsmouth": "Every two months, three in each half of the year",
}
LAST_DUTY = {"leeds": "Advise managers", "portsmouth": "Visit children's homes (Regulation 44)"}


def test_the_readings_of_the_framework_are_printed(reports):
    assert READINGS[reports[2]] in reports[1]["11_framework"].html


def test_the_last_duty_of_the_table_stands_on_the_practice_page(reports):
    assert LAST_DUTY[reports[2]] in reports[1]["06_practice"].html


def test_the_page_alerts_nobody_and_says_so(reports):
    assert "alerts nobody" in reports[1]["06_practice"].html


@pytest.mark.parametrize("council", COUNCILS.values())
def test_a_shared_edition_is_one_report_in_a_folder_of_its_own(harbour, council):
    folder = harbour.root / f"outputs/shared-{council}/2026-27-q2-shared"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    edition = folder / "edition-1"
    pages = sorted(path.relative_to(edition).as_posix() for path in edition.rglob("*.html"))
    assert pages == ["reports/shared_report.html"]
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    assert not {"draws", "sources", "register_seq", "notebooks"} & set(manifest)
    front = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="edition-1/reports/shared_report.html"' in front
    assert "Headlines" not in front
    assert "Changed since" not in front
    assert "OFFICIAL-SENSITIVE" not in front
