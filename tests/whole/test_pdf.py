"""An edition as tagged PDFs: all that its pages say, in order; or nothing, and why."""

import re
import shutil
import signal
import sys
import time

import pandas as pd
import psutil
import pytest
from pypdf import PdfReader

from qaf_lib.batch import pdf
from qaf_lib.batch.page import render_page
from qaf_lib.batch.pdf import find_browser, write_pdfs
from qaf_lib.batch.published import Published
from qaf_lib.disclosure.identifiers import MARK
from qaf_lib.disclosure.pdf import pdf_pieces
from qaf_lib.errors import EditionError, InputError
from qaf_lib.register import Register

from .conftest import Project

EDITION = "outputs/england/2024-25-q4/edition-1"


def copy_of(project, folder):
    """A project's first edition and its vault, to be spoilt."""
    shutil.copytree(project.root / "vault", folder / "vault")
    shutil.copytree(project.root / EDITION, folder / EDITION)
    return Project(folder)


@pytest.fixture
def copied(england, tmp_path):
    return copy_of(england, tmp_path)


@pytest.fixture(scope="module")
def printed(browser, england, tmp_path_factory):
    """A project whose edition was printed, and what was said."""
    project = copy_of(england, tmp_path_factory.mktemp("printed"))
    return project, project.qaf("pdf", EDITION).stdout


def browser_that(folder, monkeypatch, script):
    """A program that is taken for the browser; it keeps its process number in a file."""
    path = folder / "browser"
    path.write_text(
        f"#!{sys.executable}\nimport os, pathlib, re, shutil, sys, time\n{script}\n", encoding="utf-8"
    )
    path.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(path))


def files_of(project):
    return sorted(path.relative_to(project.root) for path in (project.root / "outputs").rglob("*"))


def refused(project, error, match):
    """What was there before is there after: nothing is written where PDFs are refused."""
    before = files_of(project)
    with pytest.raises(error, match=match):
        write_pdfs(project.root / EDITION, say=lambda line: None)
    assert files_of(project) == before


def test_every_page_is_printed_into_a_folder_beside_the_edition(printed):
    project, said = printed
    edition, folder = project.root / EDITION, project.root / f"{EDITION}-pdf"
    pages = {path.relative_to(edition).with_suffix(".pdf") for path in edition.rglob("*.html")}
    assert {path.relative_to(folder) for path in folder.rglob("*.*")} == pages
    assert said.splitlines() == [
        f"Edition 1 of England, 2024-25 Q4: printing {len(pages)} pages with {find_browser()}",
        f"The PDFs: {folder}",
    ]
    assert {path.name for path in edition.parent.iterdir()} == {"edition-1", "edition-1-pdf"}


def test_every_pdf_is_tagged_and_has_language_title_and_bookmarks(printed):
    project, _ = printed
    for path in (project.root / f"{EDITION}-pdf").rglob("*.pdf"):
        document = PdfReader(path)
        root = document.root_object
        assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
        assert root["/Lang"] == "en-GB"
        assert root["/StructTreeRoot"]
        assert document.metadata.title.endswith("England, 2024-25 Q4")
        first = document.outline[0].title
        assert document.metadata.title.startswith(first)


def test_marking_council_and_number_stand_on_each_side_and_bookmarks_keep_their_blanks(browser, tmp_path):
    heading = "What is known of the help that children had, and how sure that is, in words that wrap on paper"
    body = f"<h2>{heading}</h2>" + "<p>Steady work.</p>" * 100
    page = tmp_path / "page.html"
    html = render_page(title="Help", mark="OFFICIAL", subtitle="Wales, 2026-27 Q2", body=body, contents=[])
    page.write_text(html, encoding="utf-8")
    pdf._print(find_browser(), [page], Published(tmp_path, {}, tmp_path), tmp_path / "printed")
    printed = tmp_path / "printed/page.pdf"
    sides = PdfReader(printed)
    margins = [piece.text for piece in pdf_pieces(printed.read_bytes()) if "outside" in piece.under]
    assert len(margins) == len(sides.pages) > 1
    for number, margin in enumerate(margins, start=1):
        assert f"Page {number} of {len(margins)}" in margin
        assert "Wales, 2026-27 Q2" in margin
        assert margin.count("OFFICIAL") == 2
    assert heading in [entry.title for entry in sides.outline[1]]


def text_of(printed):
    """What a PDF says block by block, a table's headings once though they stand on each of its sides."""
    for piece in pdf_pieces(printed.read_bytes()):
        if re.fullmatch(r"page \d+", piece.under):
            yield re.sub(r"^(.{4,}?)(?:\s*\1)+$", r"\1", piece.text.replace(MARK, " ").strip())


def test_every_number_of_a_page_is_in_its_pdf_in_order(printed, visit):
    project, _ = printed
    compared = 0
    for path in sorted((project.root / f"{EDITION}-pdf").rglob("*.pdf")):
        place = path.relative_to(project.root / f"{EDITION}-pdf").with_suffix(".html")
        seen = visit(project.root / EDITION / place)
        seen.page.emulate_media(media="print")
        on_page = re.findall(r"\d+", seen.page.evaluate("document.body.innerText"))
        in_pdf = re.findall(r"\d+", " ".join(text_of(path)))
        assert in_pdf == on_page, place
        compared += len(on_page)
        seen.page.close()
    assert compared > 500


def printed_again(printed, folder, monkeypatch):
    """For a browser, what prints the same pages at once."""
    project, _ = printed
    browser_that(
        folder,
        monkeypatch,
        "printed = sys.argv[-2].split('=')[1]\n"
        "place = re.search('(reports|teams)/.*', printed)[0]\n"
        f"shutil.copy('{project.root}/{EDITION}-pdf/' + place, printed)",
    )


def test_a_second_printing_replaces_the_first_whole(printed, copied, tmp_path, monkeypatch):
    printed_again(printed, tmp_path, monkeypatch)
    folder = copied.root / f"{EDITION}-pdf"
    (folder / "reports").mkdir(parents=True)
    (folder / "reports/left.pdf").touch()
    assert write_pdfs(copied.root / EDITION, say=lambda line: None) == folder
    project, _ = printed
    assert files_of(copied) == files_of(project)


def test_an_identifier_on_a_page_refuses_all_by_place_and_kind(printed, copied, tmp_path, monkeypatch):
    printed_again(printed, tmp_path, monkeypatch)
    with Register(copied.root / "vault/england/register.sqlite") as register:
        somebody = pd.DataFrame([{"kind": "auditor", "reference": "Nobody Can Choose", "id": "auditor-1"}])
        register.add({"identity": somebody}, by="test")
    before = files_of(copied)
    ended = copied.qaf("pdf", EDITION, check=1)
    assert ended.stderr.startswith("An identifier stands in the edition; nothing was published.\n")
    assert re.search(r'^reports/slt_report\.pdf, page \d+: identifier in ".*▮▮▮', ended.stderr, re.M)
    assert "nobody can" not in ended.stderr.casefold()
    assert files_of(copied) == before


def test_what_is_no_edition_or_not_whole_is_refused(copied):
    ended = copied.qaf("pdf", "outputs/england/2024-25-q4/edition-7", check=2)
    assert ended.stderr == (
        "edition-7 is no edition that this kit published. Give the folder of one, such as "
        "outputs/demonshire/2026-27-q2/edition-1.\n"
    )
    page = copied.root / EDITION / "reports/slt_report.html"
    page.write_bytes(page.read_bytes() + b" ")
    refused(copied, InputError, r"edition-1/reports/slt_report\.html is not as it was published")


def test_a_machine_without_a_browser_is_told_where_one_was_looked_for(copied, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(copied.root))
    refused(
        copied, InputError, r"No browser to print with: looked for chromium, .*msedge.* and the usual folders"
    )
    monkeypatch.setenv("CHROMIUM", "/no/such/chromium")
    refused(copied, InputError, r"looked for /no/such/chromium, which CHROMIUM names")


def test_a_browser_where_windows_keeps_it_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    edge = tmp_path / "Microsoft/Edge/Application/msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch(mode=0o755)
    assert find_browser() == str(edge)


@pytest.mark.parametrize(
    ("script", "match"),
    [
        ("sys.exit(7)", "the browser ended with exit code 7; no PDF was kept"),
        ("", "the browser wrote no PDF"),
        (
            "from pypdf import PdfWriter\nPdfWriter().write(sys.argv[-2].split('=')[1])",
            "the browser printed another page",
        ),
    ],
)
def test_a_browser_that_prints_nothing_or_something_else_is_told(
    copied, tmp_path, monkeypatch, script, match
):
    browser_that(tmp_path, monkeypatch, script)
    refused(copied, EditionError, match)


SLEEPER = (
    "number = os.fork()\n"
    "pathlib.Path(sys.argv[0]).with_suffix('.child' if number == 0 else '.parent').write_text(str(os.getpid()))\n"
    "time.sleep(600)"
)


def ended(folder):
    """Whether the browser and the process that it began are gone."""
    numbers = [int((folder / f"browser.{who}").read_text(encoding="utf-8")) for who in ("parent", "child")]
    deadline = time.monotonic() + 10
    while any(map(_runs, numbers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(_runs, numbers))


def _runs(number):
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_browser_that_takes_too_long_is_ended_with_all_it_began(copied, tmp_path, monkeypatch):
    browser_that(tmp_path, monkeypatch, SLEEPER)
    monkeypatch.setattr(pdf, "SECONDS", 3)
    refused(copied, EditionError, "the browser did not print it in 3 seconds")
    assert ended(tmp_path)


def test_an_interrupted_printing_leaves_nothing(copied, tmp_path, monkeypatch):
    browser_that(tmp_path, monkeypatch, SLEEPER)
    before = files_of(copied)
    started = copied.start("pdf", EDITION)
    deadline = time.monotonic() + 60
    while not (tmp_path / "browser.child").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    assert started.wait(60) == 1
    started.stdout.close()
    assert files_of(copied) == before
    assert ended(tmp_path)
