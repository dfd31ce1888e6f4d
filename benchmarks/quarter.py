"""A quarter of the demonstration council: by a plain loop, by `qaf run`, by `qaf run` again; start-up times.

    python benchmarks/quarter.py [NUMBER OF COUNCILS ...]

The plain loop gives each notebook to the commands papermill and jupyter nbconvert, as somebody without the
kit's batch would. Everything is cold: no edition, vault or kernel stands; made-up data are made before. Runs
are medians of several, the plain loop is one loop of some eighty commands; memory is the most that a run and
all its kernels held at once. With numbers, so many councils are run by one command, and the seconds for each
are printed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PARAMETERS = "parameters/demo-lincolnshire.yml"
STARTS, RUNS = 5, 3


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "parameters", project / "parameters")
        _timed(project, BIN / "qaf", "demo", "data/demo")
        print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        if len(sys.argv) > 1:
            _several(project, [int(number) for number in sys.argv[1:]])
        else:
            _one(project)
            _starts(project)


def _one(project: Path) -> None:
    colds = []
    for _ in range(RUNS):
        for name in ("vault", "outputs"):
            shutil.rmtree(project / name, ignore_errors=True)
        colds.append(_run(project, PARAMETERS))
    seconds = [took.seconds for took in colds]
    cold = sorted(colds, key=lambda took: took.seconds)[RUNS // 2]
    unchanged = statistics.median(_run(project, PARAMETERS).seconds for _ in range(RUNS))
    started, executing, checking, ended = _phases(cold.lines)
    told = json.loads(next(project.rglob("manifest.json")).read_text(encoding="utf-8"))["notebooks"]
    computed = sum(notebook["seconds"] for notebook in told.values())
    least = (executing - started) + (computed + ended - checking) / (os.cpu_count() or 1)
    plain = _plain_loop(project)
    print(f"| the same {len(told)} pages | seconds | times faster |\n|---|---|---|")
    for name, seconds_of in {
        "plain loop of papermill and nbconvert": plain,
        "`qaf run`, cold": cold.seconds,
        "`qaf run`, nothing changed": unchanged,
        "the least it could be: preparing, then all else on every core": least,
    }.items():
        print(f"| {name} | {seconds_of:.1f} | {plain / seconds_of:.1f} |")
    print(
        f"\nThe cold run (of {RUNS}, from {min(seconds):.1f} to {max(seconds):.1f} s) prepared for "
        f"{executing - started:.1f} s, executed for {checking - executing:.1f} s (notebooks together "
        f"{computed:.1f} s) and checked and published for {ended - checking:.1f} s; it held at most "
        f"{max(took.most_bytes for took in colds) / 2**20:,.0f} MB.\n"
    )


def _plain_loop(project: Path) -> float:
    """Seconds of two commands for every notebook that the run executed, one after another."""
    prepared = next((project / "vault").rglob("store/parameters.json"))
    executed = sorted((prepared.parents[1] / "executed").rglob("*.ipynb"))
    started = time.perf_counter()
    for page in executed:
        team = {"team_id": _team(page)} if page.parent.name == "teams" else {}
        name = page.name if not team else "team_report.ipynb"
        given = [word for pair in {"parameters_file": prepared, **team}.items() for word in ("-p", *pair)]
        out = project / "plain" / page.name
        out.parent.mkdir(exist_ok=True)
        _timed(project, BIN / "papermill", ROOT / "notebooks/quarter" / name, out, *given)
        _timed(project, BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", out)
    return time.perf_counter() - started


def _team(page: Path) -> str:
    node = json.loads(page.read_text(encoding="utf-8"))
    return str(node["metadata"]["papermill"]["parameters"]["team_id"])


def _several(project: Path, numbers: Sequence[int]) -> None:
    text = (project / PARAMETERS).read_text(encoding="utf-8")
    print("| councils | seconds | for each | most MB |\n|---|---|---|---|")
    for number in numbers:
        files = []
        for at in range(number):
            file = project / f"parameters/of-{number}-{at}.yml"
            file.write_text(
                text.replace("council: Demonshire", f"council: Council {at} of {number}"), encoding="utf-8"
            )
            files.append(f"parameters/{file.name}")
        took = _run(project, *files)
        each, memory = took.seconds / number, took.most_bytes / 2**20
        print(f"| {number} | {took.seconds:.1f} | {each:.1f} | {memory:,.0f} |", flush=True)


def _starts(project: Path) -> None:
    print("| start | median seconds |\n|---|---|")
    for name, words in {
        "`qaf --help`": (BIN / "qaf", "--help"),
        "`import qaf_lib`": (sys.executable, "-c", "import qaf_lib"),
        "a notebook's first line": (
            sys.executable,
            "-c",
            "import qaf_lib; from qaf_lib.pages import sections; qaf_lib.open_period",
        ),
        "Python alone": (sys.executable, "-c", ""),
    }.items():
        took = [_timed(project, *words).seconds for _ in range(STARTS)]
        print(f"| {name} | {statistics.median(took):.2f} |")


@dataclass(frozen=True)
class Took:
    """What a command took, and the lines it said where these are JSON."""

    seconds: float
    most_bytes: int
    lines: list[dict[str, str]]


def _run(project: Path, *files: str) -> Took:
    return _timed(project, BIN / "qaf", "run", *files, "--log", "json", lines=True)


def _phases(lines: Sequence[dict[str, str]]) -> tuple[float, float, float, float]:
    """When a run began, began to execute, had executed, and ended (seconds)."""
    at = {line["text"]: datetime.fromisoformat(line["at"]).timestamp() for line in lines if "text" in line}
    first = next(iter(at.values()))
    executing = next(when for text, when in at.items() if text.startswith("Executing"))
    checking = next(when for text, when in at.items() if text.startswith("Checking"))
    return first, executing, checking, max(at.values())


def _timed(project: Path, *words: str | Path, lines: bool = False) -> Took:
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = psutil.Popen(
            [str(word) for word in words],
            cwd=project,
            env={**os.environ, "QAF_VAULT": str(project / "vault")},
            stdout=said,
            stderr=subprocess.DEVNULL,
        )
        most = 0
        while process.poll() is None:
            most = max(most, _bytes_of(process))
            with suppress(psutil.TimeoutExpired):
                process.wait(0.5 if lines else 0.02)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, [str(word) for word in words])
        said.seek(0)
        return Took(seconds, most, [json.loads(line) for line in said] if lines else [])


def _bytes_of(process: psutil.Process) -> int:
    """What a process and all it began hold; those that end meanwhile count as nothing."""
    held = 0
    with suppress(psutil.NoSuchProcess):
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                held += one.memory_info().rss
    return held


if __name__ == "__main__":
    main()
