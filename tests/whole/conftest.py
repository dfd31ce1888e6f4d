"""Whole runs of the command line in project folders of their own, and a real browser to look at them."""

import json
import os
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from filelock import FileLock
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]
QAF = Path(sysconfig.get_path("scripts")) / "qaf"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Project:
    """A project folder with the shipped parameters, and what its runs said."""

    root: Path

    def qaf(self, *words: str, check: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([QAF, *words], cwd=self.root, capture_output=True, text=True, timeout=540)
        if check is not None:
            assert done.returncode == check, done.stdout + done.stderr
        return done

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """A run in a process group of its own, to be looked at and killed."""
        return subprocess.Popen(
            [QAF, *words],
            cwd=self.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def edition(self, council: str, period: str) -> Path:
        return self.root / "outputs" / council / period / "edition-1"


def make_project(folder: Path) -> Project:
    shutil.copytree(ROOT / "parameters", folder / "parameters")
    shutil.copytree(ROOT / "data" / "ilacs", folder / "data" / "ilacs")
    return Project(folder)


@pytest.fixture
def project(tmp_path):
    """A project of a test's own; its council has no teams and so no team pages, to be quick."""
    project = make_project(tmp_path)
    path = project.root / "parameters/ilacs.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in ((", team_id: region}", "}"), (", team_id: region,", ","), ("[team_id]", "[service]")):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return project


def _made_once(folder: Path, make: Callable[[Project], None]) -> Project:
    """A project whose runs are made by the first worker that asks, and waited for by the others."""
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "made").exists():
            folder.mkdir()
            make(make_project(folder))
            (folder / "made").touch()
    return Project(folder)


def _england(project: Project) -> None:
    """A run that is killed while it executes notebooks, and the run after it; what was seen of the two."""
    temporary = project.root.with_name("england-temporary")
    temporary.mkdir()
    started = project.start(
        "run", "parameters/ilacs.yml", TMPDIR=str(temporary), JUPYTER_RUNTIME_DIR=str(temporary)
    )
    assert started.stdout is not None
    _read_until("Executing", started.stdout)
    started.send_signal(signal.SIGSTOP)  # it holds the vault for as long as the second run may take to begin
    second = project.qaf("run", "parameters/ilacs.yml", check=None)
    started.send_signal(signal.SIGCONT)
    _read_until("02_sample", started.stdout)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()
    seen: dict[str, object] = {
        "second": [second.returncode, second.stderr],
        "published": [str(path) for path in project.root.glob("outputs/**/index.html")],
        "temporary": [
            str(path) for path in temporary.rglob("*.json") if '"key"' in path.read_text(encoding="utf-8")
        ],
    }
    seen["next"] = project.qaf("run", "parameters/ilacs.yml").stdout
    (project.root / "seen.json").write_text(json.dumps(seen), encoding="utf-8")


def _read_until(word: str, lines: Iterable[str]) -> None:
    for line in lines:
        if word in line:
            break


@pytest.fixture(scope="session")
def england(shared_folder):
    """England's published edition, made by the run after one that was killed."""
    return _made_once(shared_folder / "england", _england)


def _demonshire(project: Project) -> None:
    project.qaf("run")
    project.qaf("run", "parameters/demo-durham.yml")


@pytest.fixture(scope="session")
def demonshire(shared_folder):
    return _made_once(shared_folder / "demonshire", _demonshire)


def _harbour(project: Project, demo_data: Path) -> None:
    shutil.copytree(demo_data, project.root / "data" / "demo")
    for name in ("demo-leeds", "demo-portsmouth"):
        text = (project.root / f"parameters/{name}.yml").read_text(encoding="utf-8")
        shared = text.replace("council: Demonshire", "council: Shared Demonshire")
        path = project.root / f"parameters/shared-{name}.yml"
        path.write_text(shared.replace("audience: internal", "audience: shared"), encoding="utf-8")
        project.qaf("run", f"parameters/shared-{name}.yml")


@pytest.fixture(scope="session")
def harbour(shared_folder, demo_data):
    """Shared editions of Leeds's and Portsmouth's demonstration councils."""
    return _made_once(shared_folder / "harbour", lambda project: _harbour(project, demo_data))


@dataclass
class Visit:
    """An opened page, with what it asked for beyond itself and what it said to the console."""

    page: object
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """What axe finds wrong, by rule and number of places."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{rule['id']}: {len(rule['nodes'])} places" for rule in found["violations"]]

    def printed(self) -> tuple[int, int]:
        """Sides of A4, and words, as printed with what is closed left out."""
        self.page.emulate_media(media="print")
        sides = len(PdfReader(BytesIO(self.page.pdf(format="A4", prefer_css_page_size=True))).pages)
        return sides, len(self.page.evaluate("document.body.innerText").split())

    def fits(self) -> bool:
        """Whether the page needs no sideways scrolling."""
        return self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium on this machine: the browser tests are skipped (CHROMIUM names one)")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """Open a page from the disk in a window of some width."""
    pages = []

    def go(path: Path, width: int = 1280) -> Visit:
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        seen = Visit(page)
        page.on("console", lambda message: seen.console.append(message.text))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto(path.as_uri())
        seen.requests = [
            url for url in seen.requests if url != path.as_uri() and not url.startswith("data:image/")
        ]
        return seen

    yield go
    for page in pages:
        page.close()
