"""Makes the pictures of docs/pictures from an edition and an explorer, in a real browser.

python docs/make/pictures.py outputs/demonshire/2026-27-q2/edition-1
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from qaf_lib.cli import lab_command

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
PORT, TOKEN = 8899, "pictures"
STARTS_IN = 10
"""Seconds that JupyterLab is given to start."""

A4 = {"width": 794, "height": 1123}
"""An A4 side in the pixels of a browser."""


def main(edition: Path) -> None:
    """Make every picture."""
    PICTURES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        report = (edition / "reports" / "slt_report.html").resolve().as_uri()
        _picture(browser, report, "slt_report_wide", width=1280, height=800)
        _picture(browser, report, "slt_report_narrow", width=320, height=800)
        _picture(browser, report, "slt_report_print", **A4, media="print")
        _explorer(browser)
        browser.close()


def _picture(
    browser: Browser, address: str, name: str, *, width: int, height: int, media: str = "screen"
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.emulate_media(media="print" if media == "print" else "screen")
    page.goto(address)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


def _explorer(browser: Browser) -> None:
    """The explorer that plans a sample, run in JupyterLab over a copy of the notebooks."""
    with tempfile.TemporaryDirectory() as folder:
        copied = shutil.copytree(ROOT / "notebooks", Path(folder) / "notebooks")
        words = [word.replace(str(ROOT / "notebooks"), str(copied)) for word in lab_command()]
        options = ["--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}", f"--port={PORT}"]
        options += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        server = subprocess.Popen([*words, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(STARTS_IN)
            page = browser.new_page(viewport={"width": 1280, "height": 1200})
            page.goto(f"http://127.0.0.1:{PORT}/lab/tree/explore/plan_sample.ipynb?token={TOKEN}&reset")
            page.get_by_text("| Idle").wait_for(timeout=90_000)
            page.locator(".jp-Notebook .jp-Cell").first.click()
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.locator("[data-command='runmenu:run-all']").click()
            page.locator(".qaf-panel [role=status]").wait_for(timeout=120_000)
            page.locator(".qaf-panel").first.screenshot(path=PICTURES / "explorer.png")
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
