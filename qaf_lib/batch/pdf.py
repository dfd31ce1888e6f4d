"""The pages of an edition as tagged PDFs, printed by a browser that the machine has."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from qaf_lib.batch.edition import leak_message
from qaf_lib.batch.published import Published, read_edition, row_of
from qaf_lib.disclosure import scan_folder
from qaf_lib.disclosure.pdf import strings_of
from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import fsync_entries, fsync_folder
from qaf_lib.pages import open_period
from qaf_lib.register import Register
from qaf_lib.vault.backup import alone

__all__ = ["find_browser", "write_pdfs"]

SECONDS = 120
"""What a browser is given to print one page."""

_ON_PATH = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("msedge", "microsoft-edge", "microsoft-edge-stable"),
)
_ON_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
_ON_MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")

_SWITCHES = (
    *("--headless=new", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-extensions"),
    *("--no-first-run", "--no-default-browser-check"),
)
"""No window, no network, no line of the browser's own on paper, and bookmarks from headings. Tags come of
themselves: nothing asks for them, `--disable-pdf-tagging` would forbid them."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_AWAY = re.compile(r'<a href="[^"#][^"]*">(.*?)</a>', re.DOTALL)
"""A link to another file: in a PDF it would lead to a place on the machine that printed it."""


def write_pdfs(edition: str | Path, *, say: Callable[[str], None]) -> Path:
    """Print an edition's pages as tagged PDFs into a folder beside it; the folder.

    All are searched for identifiers as the pages were before one is given its name; those of an earlier
    printing are replaced whole. The edition itself is only read.

    Raises
    ------
    InputError
        If the folder is no edition, a file of it is not as it was published, or no browser is there.
    EditionError
        If the browser does not print a page in time or without tags, or an identifier was found; nothing is
        written then.
    """
    found = read_edition(edition)
    browser = find_browser()
    with alone(found.vault):
        with Register(found.vault / "register.sqlite") as register:
            row_of(found, register)
            references = [str(reference) for reference in register.read("identity")["reference"]]
        pages = sorted(found.folder.rglob("*.html"))
        say(f"{found.title}: printing {len(pages)} pages with {browser}")
        beside = found.folder.with_name(f".{found.folder.name}-pdf.new")
        shutil.rmtree(beside, ignore_errors=True)
        try:
            _print(browser, pages, found, beside / "pdf")
            leaks = scan_folder(
                folder=beside / "pdf",
                references=references,
                own_words=open_period(found.parameters).own_words,
            )
            if leaks:
                raise EditionError(leak_message(leaks))
            return _publish(found, beside)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _publish(edition: Published, beside: Path) -> Path:
    """Give the checked PDFs the name of those before them, if any."""
    fsync_folder(beside)
    named = edition.folder.with_name(f"{edition.folder.name}-pdf")
    if named.exists():
        named.rename(beside / "before")
    (beside / "pdf").rename(named)
    fsync_entries(named.parent)
    return named


def find_browser() -> str:
    """The Chromium, Chrome or Edge of this machine; `CHROMIUM` names one in an unusual place."""
    named = os.environ.get("CHROMIUM")
    sought = [named] if named else [*_ON_PATH, *_elsewhere()]
    browser = next(filter(None, map(shutil.which, sought)), None)
    if browser is None:
        where = f"{named}, which CHROMIUM names" if named else f"{', '.join(_ON_PATH)} and the usual folders"
        raise InputError(
            f"No browser to print with: looked for {where}. Install Chromium, Chrome or Edge, or name one "
            "with the environment variable CHROMIUM."
        )
    return browser


def _elsewhere() -> Iterator[str]:
    """Where Chrome and Edge stand on Windows and macOS, which have them on no path."""
    for folder in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData"):
        if os.environ.get(folder):
            yield from (str(Path(os.environ[folder], place)) for place in _ON_WINDOWS)
    yield from (f"/Applications/{name}.app/Contents/MacOS/{name}" for name in _ON_MACOS)


def _print(browser: str, pages: list[Path], edition: Published, folder: Path) -> None:
    with TemporaryDirectory(prefix="qaf-", ignore_cleanup_errors=True) as profile:
        copy = Path(profile) / "page.html"
        for page in pages:
            copy.write_text(_AWAY.sub(r"\1", page.read_text(encoding="utf-8")), encoding="utf-8")
            place = page.relative_to(edition.folder)
            printed = folder / place.with_suffix(".pdf")
            printed.parent.mkdir(parents=True, exist_ok=True)
            ended = _run(
                [
                    browser,
                    *_SWITCHES,
                    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
                    f"--user-data-dir={profile}",
                    f"--print-to-pdf={printed}",
                    copy.as_uri(),
                ]
            )
            fault = ended or _fault(printed, page)
            if fault:
                raise EditionError(
                    f"{place.as_posix()}: {fault}; no PDF was kept. Try again, or name another browser with "
                    "the environment variable CHROMIUM."
                )


def _run(command: list[str]) -> str:
    """Run a browser, and end it and what it began where it takes too long; what went wrong, or ""."""
    quiet = subprocess.DEVNULL
    browser = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        code = browser.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return f"the browser did not print it in {SECONDS} seconds"
    finally:
        if browser.poll() is None:
            if os.name == "posix":
                os.killpg(browser.pid, signal.SIGKILL)
            browser.kill()
            browser.wait()
    return f"the browser ended with exit code {code}" if code else ""


def _fault(printed: Path, page: Path) -> str:
    """What a printed page lacks of what screen readers need, or how it is another; "" for a sound one."""
    try:
        pdf = PdfReader(printed)
        root, title = pdf.root_object, (pdf.metadata.title if pdf.metadata else "") or ""
        strings = list(strings_of(pdf))
    except (OSError, PyPdfError):
        return "the browser wrote no PDF"
    named = _TITLE.search(page.read_text(encoding="utf-8"))
    if not named or unescape(named[1]).split() != title.split():
        return "the browser printed another page"
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root or "/Lang" not in root:
        return "the browser printed it without tags for screen readers, as old versions do"
    return "it leads to a place on this machine" if any("file://" in text for text in strings) else ""
