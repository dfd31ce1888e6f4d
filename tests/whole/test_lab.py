"""A real JupyterLab in a real browser: the explorer answers when a slider is moved."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "explore"


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


@pytest.fixture
def lab(tmp_path) -> Iterator[str]:
    """The address of a JupyterLab over a copy of the explorers."""
    shutil.copytree(ROOT / "notebooks/explore", tmp_path / "explore")
    port = _free_port()
    settings = {
        name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    log = (tmp_path / "lab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                "--ip=127.0.0.1",
                f"--port={port}",
            ),
            *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path / 'explore'}"),
            *(
                "--ServerApp.port_retries=0",
                "--LabApp.news_url=",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            ),
        ],
        env={**os.environ, **settings},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        waited = time.monotonic() + 90
        while not _answers(f"{address}/api/status?token={TOKEN}"):
            assert server.poll() is None, (tmp_path / "lab.log").read_text(encoding="utf-8")[-2000:]
            assert time.monotonic() < waited, "JupyterLab did not answer within 90 seconds"
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def test_moving_a_slider_changes_the_plan_in_one_sentence(browser, lab):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{lab}/lab/tree/plan_sample.ipynb?token={TOKEN}")
    page.get_by_text("| Idle").wait_for(timeout=90_000)  # the status bar: the kernel is there
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    sentence = page.locator(".jp-OutputArea [role=status]")
    sentence.wait_for(timeout=90_000)
    before = sentence.inner_text()
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.focus()
    for _ in range(5):
        handle.press("ArrowRight")
    # 10 points: 96.04 / (1 + 95.04 / 3000) = 93.1; 15 points: 42.7 / (1 + 41.7 / 3000) = 42.1
    assert before.startswith("Draw 94 of the 3,000 cases")
    page.get_by_text("Draw 43 of the 3,000 cases").wait_for(timeout=30_000)
    page.close()
