"""A real JupyterLab in a real browser: explorers are worked by keyboard and checked with axe."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from qaf_lib.cli import lab_command

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "explore"
SENTENCE = ".qaf-panel [role=status]"


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[str]:
    """The address of `qaf lab` over a copy of the explorers, with England's published data."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "kit" / "notebooks")
    (folder / "kit" / "vault").mkdir()
    (folder / "kit" / "vault" / "key").write_text("secret", encoding="utf-8")
    notebook = folder / "kit/notebooks/explore/explore_grades.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("demo-lincolnshire.yml", "ilacs.yml"), encoding="utf-8")
    port = _free_port()
    settings = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    settings["QAF_VAULT"] = str(folder / "vault")
    log = (folder / "lab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [
            *(
                word.replace(str(ROOT / "notebooks"), str(folder / "kit" / "notebooks"))
                for word in lab_command()
            ),
            *("--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}"),
            *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
            *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
        ],
        env={**os.environ, **settings},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        waited = time.monotonic() + 90
        while not _answers(f"{address}/api/status?token={TOKEN}"):
            assert server.poll() is None, (folder / "lab.log").read_text(encoding="utf-8")[-2000:]
            assert time.monotonic() < waited, "JupyterLab did not answer within 90 seconds"
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture
def explorer(browser, lab):
    """Open an explorer, run all its cells and give the page when its panel has answered."""
    pages = []

    def go(notebook: str):
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        pages.append(page)
        page.goto(f"{lab}/lab/tree/explore/{notebook}.ipynb?token={TOKEN}&reset")
        page.get_by_text("| Idle").wait_for(timeout=90_000)  # the status bar: the kernel is there
        page.locator(".jp-Notebook .jp-Cell").first.click()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("[data-command='runmenu:run-all']").click()
        page.locator(SENTENCE).wait_for(timeout=120_000)
        return page

    yield go
    for page in pages:
        page.close()


def _asked(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_the_notebooks_are_served_and_the_vault_beside_them_is_not(lab):
    status, listing = _asked(f"{lab}/api/contents?token={TOKEN}")
    assert status == 200
    assert {entry["name"] for entry in json.loads(listing)["content"]} == {"explore", "quarter", "region"}
    for path in ("vault/key", "../vault/key", "%2e%2e/vault/key", "..%2fvault%2fkey"):
        for where in ("api/contents", "files"):
            assert _asked(f"{lab}/{where}/{path}?token={TOKEN}")[0] in (400, 403, 404), (where, path)


def violations(page) -> list[str]:
    """What axe finds wrong in the panel; JupyterLab's own frame is not ours."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run('.qaf-panel')")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found["violations"]]


def test_the_plan_can_be_made_by_keyboard_and_is_announced(explorer):
    page = explorer("plan_sample")
    # 10 points: 96.04 / (1 + 95.04 / 3000) = 93.1; 5 points: 384.16 / (1 + 383.16 / 3000) = 340.6
    assert page.locator(SENTENCE).inner_text().startswith("Draw 94 of the 3,000 cases")
    margin = page.get_by_role("spinbutton", name="Margin of error")
    margin.fill("0.05")
    margin.press("Tab")
    page.locator(SENTENCE, has_text="Draw 341 of the 3,000 cases").wait_for(timeout=30_000)
    # the tab key goes on to the slider of the same name: 15 points: 42.7 / (1 + 41.7 / 3000) = 42.1
    handle = page.get_by_role("slider", name="Margin of error")
    assert handle.evaluate("handle => handle === document.activeElement")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.locator(SENTENCE, has_text="Draw 43 of the 3,000 cases").wait_for(timeout=30_000)
    assert margin.input_value() == "0.15"
    assert violations(page) == []


@pytest.mark.parametrize(
    ("purpose", "said", "number"),
    [
        (
            "Is a problem rarer than a share? (discovery)",
            "Draw 58 of the 3,000 cases: if 5% of all had the problem",
            "Share of all that has",
        ),
        (
            "Has practice improved? (second audit)",
            "with fresh cases each time draw 82 of the 3,000 cases",
            "Share good at the second",
        ),
        (
            "What can a few files say? (dip sample)",
            "A dip sample of 10 of the 3,000 cases",
            "Cases in the dip sample",
        ),
    ],
)
def test_another_purpose_can_be_chosen_and_is_announced(explorer, purpose, said, number):
    page = explorer("plan_sample")
    page.get_by_label("Purpose").select_option(purpose)
    page.locator(SENTENCE, has_text=said).wait_for(timeout=30_000)
    assert page.get_by_role("spinbutton", name=number).is_visible()
    assert page.get_by_role("slider", name=number).is_visible()
    assert page.get_by_role("spinbutton", name="Margin of error").count() == 0
    assert violations(page) == []


def test_a_question_is_explored_by_region_and_is_announced(explorer):
    page = explorer("explore_grades")
    opened = page.locator(SENTENCE).inner_text()
    assert "overall grade: " in opened
    assert "It is about 153 " in opened
    page.get_by_label("Question").select_option("Inspection judgement: Children in care")
    page.get_by_label("By group").select_option("region")
    page.locator(SENTENCE, has_text="Children in care: ").wait_for(timeout=30_000)
    table = page.get_by_role("table").filter(has_text="by region")
    table.wait_for(timeout=30_000)
    assert table.get_by_role("rowheader").count() == 10  # nine regions, and one not recorded
    assert violations(page) == []
