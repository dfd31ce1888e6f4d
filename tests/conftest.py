"""What tests share: a project small enough to read by eye, and the demonstration council's data."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings

from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.prepare import Prepared, prepare
from qaf_lib.register import Register
from qaf_lib.synthetic.demonstration import write_demonstration
from tests.postgresql import Place, Server

settings.register_profile("kit", deadline=None, max_examples=50)
settings.register_profile("oldest", deadline=None, max_examples=15)  # properties are proved on the newest
settings.load_profile("kit")

KIT = Path(__file__).resolve().parents[1]


LONGEST = [
    *("tests/whole/test_demonshire.py", "tests/whole/test_councils.py", "tests/whole/test_editions.py"),
    *("tests/proofs/test_interruptions.py", "tests/whole/test_england.py", "tests/whole/test_cli.py"),
    "tests/proofs/test_cluster.py",
    *(
        "tests/whole/test_pdf.py",
        "tests/whole/test_pages.py",
        "tests/whole/test_breaches.py",
        "tests/whole/test_lab.py",
    ),
    *(
        "tests/batch/test_kernels.py",
        "tests/prepare/test_a_year_of_readings.py",
        "tests/prepare/test_prepare.py",
        "tests/prepare/test_draws.py",
    ),
]
"""Files that take longest, those that make what others wait for first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that no worker is left alone with one at the end."""
    place = {KIT / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--proofs", action="store_true", help="the whole of each heavy proof, not a sample of it"
    )


@pytest.fixture(scope="session", autouse=True)
def _nobody_waits_for_the_disk() -> Iterator[None]:
    """What a test writes need not survive a power cut; commands run as processes of their own do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def trials(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How many trials a heavy proof makes: `trials(sample, whole)`."""
    whole_wanted = request.config.getoption("--proofs")
    return lambda sample, whole: whole if whole_wanted else sample


DEMONSTRATION_SEED = 20260630

FRAMEWORK = """\
framework: tiny
title: A framework small enough to read
source: written for the tests
unit: child
scale:
  grades: [inadequate, requires improvement, good, outstanding]
  bands: [{name: good_or_better, label: good or better, grades: [good, outstanding]}]
  concern: {name: inadequate, label: inadequate, grades: [inadequate]}
tools:
  - {tool_id: tiny, version: "1", questions: [{question_id: voice, label: The child's voice}]}
audit_types:
  - name: case_file
    label: Case file audit
    tool_id: tiny
    counts_towards_coverage: true
    counts_towards_estimates: true
  - name: dip
    label: Dip sample
    tool_id: tiny
    counts_towards_coverage: false
    counts_towards_estimates: true
eligibility: {statuses: [child_in_need, looked_after], leave_out_restricted: true}
coverage:
  - {name: open_cases, label: Open cases audited, of: open_cases, counts: audit, year: calendar}
deadlines:
  - name: feedback
    label: Feedback in 5 working days
    from_event: audited_on
    to_event: feedback_on
    working_days: 5
worthwhile_change: 0.10
assumptions: [{name: silent, reading: Nothing else is read., because: The framework is silent.}]
"""

PARAMETERS = """\
council: Tinyshire
framework: tiny
period: 2025-26 Q2
audience: internal
caseload:
  opening: {cases: data/cases.csv, as_at: "2025-06-30"}
records:
  team: data/team.csv
draws:
  - audit_type: case_file
    margin_of_error: 0.25
    strata: [service]
"""

TEAMS = "team_id,name,service\nT1,North team,Care\nT2,South team,Need\n"

HEADING = "case_id,unit,service,team_id,worker_id,status,opened_on,gender,restricted_record\n"
CASES = HEADING + "".join(
    f"00{number},child,{service},{team},Worker-{number},{status},2024-01-{day:02d},Female,false\n"
    for day, (number, service, team, status) in enumerate(
        [(71000 + case, "Care", "T1", "looked_after") for case in range(6)]
        + [(72000 + case, "Need", "T2", "child_in_need") for case in range(6)],
        start=1,
    )
)


@dataclass(frozen=True)
class Project:
    """A project folder of a council with twelve open cases: 0071000 to 0071005, 0072000 to 0072005."""

    root: Path
    file: Path

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def parameters(self, old: str = "", new: str = "") -> Parameters:
        """The parameters as they stand, or after one change."""
        if old:
            self.change("parameters/tiny.yml", old, new)
        return load_parameters(self.file)

    def add_records(self, table: str, text: str) -> None:
        """Write a table of records and name it in the parameters."""
        self.write(f"data/{table}.csv", text)
        self.change("parameters/tiny.yml", "records:\n", f"records:\n  {table}: data/{table}.csv\n")

    def add_audits(
        self, audits: dict[str, str], *, day: str = "2025-08-01", selection: str = "random"
    ) -> None:
        """Case file audits by reference and grade, one line each; a grade may be blank."""
        lines = [
            f"A-{selection}-{day}-{case},{case},child,case_file,{selection},tiny,1,Auditor-1,T1,{day},{grade}"
            for case, grade in audits.items()
        ]
        heading = (
            "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,team_id,audited_on,"
            "overall_grade"
        )
        path = self.root / "data" / "audit.csv"
        if path.exists():
            self.write("data/audit.csv", path.read_text(encoding="utf-8") + "\n".join(lines) + "\n")
        else:
            self.add_records("audit", "\n".join([heading, *lines]) + "\n")

    def prepare(self) -> Prepared:
        return prepare(self.parameters())

    def adds(self) -> int:
        """How many rows preparing the period once more adds to its register."""
        before = self.last_seq
        self.prepare()
        return self.last_seq - before

    @property
    def last_seq(self) -> int:
        with Register(self.root / "vault" / "tinyshire" / "register.sqlite") as register:
            return register.last_seq()

    def register(self, table: str) -> pd.DataFrame:
        with Register(self.root / "vault" / "tinyshire" / "register.sqlite") as register:
            return register.read(table)

    @property
    def nothing_written(self) -> bool:
        return not (self.root / "vault").exists() and not (self.root / "outputs").exists()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.delenv("QAF_VAULT", raising=False)
    shutil.copytree(KIT / "parameters" / "frameworks", tmp_path / "parameters" / "frameworks")
    made = Project(root=tmp_path, file=tmp_path / "parameters" / "tiny.yml")
    made.write("parameters/frameworks/tiny.yml", FRAMEWORK)
    made.write("parameters/tiny.yml", PARAMETERS)
    made.write("data/team.csv", TEAMS)
    made.write("data/cases.csv", CASES)
    return made


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def demo_data(shared_folder: Path) -> Path:
    """The synthetic council's data, written by the first worker that asks."""
    folder = shared_folder / "demonstration" / "demo"
    with FileLock(shared_folder / "demonstration.lock"):
        if not folder.exists():
            write_demonstration(folder=folder, seed=DEMONSTRATION_SEED)
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real PostgreSQL server, one for all tests of a worker; those that need it are skipped without one."""
    started = Server()
    yield started
    started.end()


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database, in which councils' registers are kept."""
    with server.database() as url:
        monkeypatch.setenv("QAF_REGISTER_URL", url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Where a council's register is kept, not begun: a file, then a schema of a real server."""
    path = tmp_path / "vault" / "register.sqlite"
    if request.param == "postgresql":
        return Place(path, request.getfixturevalue("database"))
    monkeypatch.delenv("QAF_REGISTER_URL", raising=False)
    return Place(path)
