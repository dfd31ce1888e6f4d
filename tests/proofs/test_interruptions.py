"""Draws and runs interrupted at random moments: the last edition stays whole, and the next command goes on."""

import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sysconfig
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

QAF = Path(sysconfig.get_path("scripts")) / "qaf"
KINDS = ("kill", "term", "interrupt", "full", "locked")
GRADES = ["good", "requires improvement", "outstanding", "inadequate"]
MOST_SECONDS = 300
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX systems")


@dataclass(frozen=True)
class Interrupted:
    """What an interrupted command printed, and how it ended."""

    code: int
    told: str


class Council:
    """A small council whose shared report is one notebook; its commands run in processes of their own."""

    def __init__(self, project, folder):
        self.root, self.temporary = project.root, folder / "temporary"
        self.temporary.mkdir()
        self.cases = sorted(
            set(re.findall(r"\b00[67]\d{5}\b", (project.root / "data/cases.csv").read_text()))
        )
        project.change("parameters/tiny.yml", "audience: internal", "audience: shared")
        project.add_audits({case: GRADES[at % 4] for at, case in enumerate(self.cases)})
        self.vault, self.outputs = self.root / "vault", self.root / "outputs/tinyshire/2025-26-q2-shared"

    def start(self, command, *, most_bytes=None):
        def limited():
            if most_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

        return subprocess.Popen(
            [QAF, command, "parameters/tiny.yml"],
            cwd=self.root,
            env={**os.environ, "TMPDIR": str(self.temporary), "JUPYTER_PLATFORM_DIRS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=limited,
        )

    def whole(self, command):
        """The command from beginning to end, and its seconds."""
        started = time.monotonic()
        running = self.start(command)
        told, _ = running.communicate(timeout=MOST_SECONDS)
        assert running.returncode == 0, told
        return time.monotonic() - started

    def interrupted(self, command, kind, moment, rng):
        """The command with something in its way; `moment` is seconds after its start."""
        if kind == "full":
            running = self.start(
                command, most_bytes=rng.choice([0, 1 << 10, 1 << 13, 1 << 15, 1 << 16, 1 << 17])
            )
        else:
            running = self.start(command)
            time.sleep(moment)
            if kind == "locked":
                self._lock(running, rng)
            else:
                sent = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "interrupt": signal.SIGINT}[kind]
                os.killpg(running.pid, sent)
        told, _ = running.communicate(timeout=MOST_SECONDS)
        return Interrupted(running.returncode, told)

    def _lock(self, running, rng):
        """Hold the register until the command has ended, or for a few seconds."""
        path = self.vault / "tinyshire/register.sqlite"
        if not path.exists():
            return
        with closing(sqlite3.connect(path, isolation_level=None)) as held:
            try:
                held.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return
            until = time.monotonic() + rng.choice([2, 30])
            while running.poll() is None and time.monotonic() < until:
                time.sleep(0.05)

    def editions(self):
        """Every byte of the editions and of the front page."""
        return {
            path.relative_to(self.outputs).as_posix(): path.read_bytes()
            for path in sorted(self.outputs.rglob("*"))
            if path.is_file() and not path.relative_to(self.outputs).parts[0].startswith(".")
        }

    def named(self):
        index = self.outputs / "index.html"
        found = (
            re.search(r'<meta name="edition" content="(\d+)">', index.read_text()) if index.exists() else None
        )
        return int(found[1]) if found else 0

    def rows(self, table):
        with closing(sqlite3.connect(self.vault / "tinyshire/register.sqlite")) as register:
            return register.execute(f'SELECT * FROM "{table}" ORDER BY seq').fetchall()


@pytest.fixture
def council(project, tmp_path_factory):
    return Council(project, tmp_path_factory.mktemp("interrupted"))


def nothing_told(council, texts):
    """No message and no temporary file holds a case's reference, a worker, or a traceback."""
    for path in council.temporary.rglob("*"):
        if path.is_file():
            texts = [*texts, str(path), path.read_bytes().decode("utf-8", "replace")]
    for text in texts:
        begun = "in main" in text  # an interrupt while Python itself starts is told by Python
        assert "Traceback" not in text or (text.rstrip().endswith("KeyboardInterrupt") and not begun), text
        for secret in [*council.cases, "Worker-", "Auditor-"]:
            assert secret not in text


def no_orphan(council):
    """Nothing half-written is left, in the vault or beside the editions."""
    left = [path for path in council.root.rglob("*") if re.search(r"\.new$|\.old$|-journal$", path.name)]
    assert left == []
    if council.outputs.exists():
        folders = {path.name for path in council.outputs.iterdir()} - {"index.html"}
        states = {row[4]: row[9] for row in council.rows("edition")}
        published = {
            f"edition-{name.rsplit(' ', 1)[-1]}" for name, state in states.items() if state == "published"
        }
        assert folders == published
        assert not any(state.startswith("intended") for state in states.values())


def trial(council, command, kind, seconds, rng):
    before, named = council.editions(), council.named()
    moment = rng.uniform(0, seconds)
    ended = council.interrupted(command, kind, moment, rng)
    assert ended.code in (0, 1, 2, 3) or ended.code < 0, ended.told
    after = council.editions()
    for name, content in before.items():
        if name != "index.html":
            assert after[name] == content, f"{kind} at {moment:.1f} s changed {name}"
    assert council.named() in (named, named + 1)
    if council.named():
        assert (council.outputs / f"edition-{council.named()}" / "manifest.json").is_file()
    nothing_told(council, [ended.told])
    return ended


def test_an_interrupted_draw_is_whole_or_not_there_and_the_next_one_goes_on(council, trials):
    rng = random.Random(9)
    seconds = council.whole("draw")
    settled = {table: len(council.rows(table)) for table in ("draw", "draw_case", "audit", "identity")}
    for number in range(trials(3, 150)):
        if number % 3 == 0:
            shutil.rmtree(council.vault)
        trial(council, "draw", KINDS[number % len(KINDS)], seconds, rng)
        council.whole("draw")
        assert {table: len(council.rows(table)) for table in settled} == settled
        no_orphan(council)


def test_an_interrupted_run_leaves_the_last_edition_and_the_next_one_publishes(council, trials):
    rng = random.Random(19)
    seconds = council.whole("run")
    settled = {table: len(council.rows(table)) for table in ("draw", "draw_case", "audit", "identity")}
    for number in range(trials(1, 50)):
        trial(council, "run", KINDS[number % len(KINDS)], seconds, rng)
        council.whole("run")
        assert {table: len(council.rows(table)) for table in settled} == settled
        no_orphan(council)
