"""Whole runs of the command line, once per session, in a project folder of their own."""

import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QAF = Path(sysconfig.get_path("scripts")) / "qaf"


@dataclass(frozen=True)
class Project:
    """A project folder with the shipped parameters, and what its runs said."""

    root: Path

    def qaf(self, *words: str, check: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([QAF, *words], cwd=self.root, capture_output=True, text=True, timeout=540)
        if check is not None:
            assert done.returncode == check, done.stdout + done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A run in a process group of its own, to be looked at and killed."""
        return subprocess.Popen(
            [QAF, *words], cwd=self.root, stdout=subprocess.PIPE, start_new_session=True, text=True
        )

    def edition(self, council: str, period: str) -> Path:
        return sorted((self.root / "outputs" / council / period).glob("edition-*"))[-1]


def make_project(folder: Path) -> Project:
    shutil.copytree(ROOT / "parameters", folder / "parameters")
    shutil.copytree(ROOT / "data" / "ilacs", folder / "data" / "ilacs")
    return Project(folder)


@pytest.fixture
def project(tmp_path):
    """A project of a test's own; shared editions have no team pages, so its runs are short."""
    project = make_project(tmp_path)
    path = project.root / "parameters/ilacs.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("audience: internal", "audience: shared"), encoding="utf-8"
    )
    return project


@pytest.fixture(scope="session")
def england(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("england"))
    project.qaf("run", "parameters/ilacs.yml")
    return project


@pytest.fixture(scope="session")
def demonshire(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("demonshire"))
    project.qaf("run")
    project.qaf("run", "parameters/demo-durham.yml")
    return project
