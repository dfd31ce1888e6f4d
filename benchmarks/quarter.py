"""A quarter of the demonstration council: by a plain loop, by `qaf run`, by `qaf run` again; start-up times.

    python benchmarks/quarter.py [NUMBER OF COUNCILS ...]

The plain loop gives each notebook to the commands papermill and jupyter nbconvert, as somebody without the
kit's batch would. Everything is cold: a new project folder, vault and kernels; made-up data are made before.
With numbers, so many councils are run by one command, and the seconds for each are printed.
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
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PARAMETERS = "parameters/demo-lincolnshire.yml"
STARTS = 5


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
    cold, lines = _run(project, PARAMETERS)
    unchanged, _ = _run(project, PARAMETERS)
    started, executing, checking, ended = _phases(lines)
    told = json.loads(next(project.rglob("manifest.json")).read_text(encoding="utf-8"))["notebooks"]
    computed = sum(notebook["seconds"] for notebook in told.values())
    least = (executing - started) + (computed + ended - checking) / (os.cpu_count() or 1)
    plain = _plain_loop(project)
    print(f"| the same {len(told)} pages | seconds | as a share of the plain loop |\n|---|---|---|")
    for name, seconds in {
        "plain loop of papermill and nbconvert": plain,
        "`qaf run`, cold": cold,
        "`qaf run`, nothing changed": unchanged,
        "the least it could be: preparing, then all else on every core": least,
    }.items():
        print(f"| {name} | {seconds:.1f} | {seconds / plain:.3f} |")
    print(
        f"\nThe cold run prepared for {executing - started:.1f} s, executed for {checking - executing:.1f} s "
        f"(notebooks together {computed:.1f} s) and checked and published for {ended - checking:.1f} s.\n"
    )


def _plain_loop(project: Path) -> float:
    """Seconds of two commands for every notebook that the run executed, one after another."""
    prepared = next((project / "vault").rglob("store/parameters.json"))
    executed = sorted((prepared.parents[1] / "executed").rglob("*.ipynb"))
    started = time.perf_counter()
    for page in executed:
        team = {} if page.parent.name == "executed" else {"team_id": _team(page)}
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
    print("| councils | seconds | for each |\n|---|---|---|")
    for number in numbers:
        files = []
        for at in range(number):
            file = project / f"parameters/of-{number}-{at}.yml"
            file.write_text(
                text.replace("council: Demonshire", f"council: Council {at} of {number}"), encoding="utf-8"
            )
            files.append(f"parameters/{file.name}")
        seconds, _ = _run(project, *files)
        print(f"| {number} | {seconds:.1f} | {seconds / number:.1f} |", flush=True)


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
        took = [_timed(project, *words)[0] for _ in range(STARTS)]
        print(f"| {name} | {statistics.median(took):.2f} |")


def _run(project: Path, *files: str) -> tuple[float, list[dict[str, str]]]:
    seconds, said = _timed(project, BIN / "qaf", "run", *files, "--log", "json")
    return seconds, [json.loads(line) for line in said.splitlines()]


def _phases(lines: Sequence[dict[str, str]]) -> tuple[float, float, float, float]:
    """When a run began, began to execute, had executed, and ended (seconds)."""
    at = {line["text"]: datetime.fromisoformat(line["at"]).timestamp() for line in lines if "text" in line}
    first = next(iter(at.values()))
    executing = next(when for text, when in at.items() if text.startswith("Executing"))
    checking = next(when for text, when in at.items() if text.startswith("Checking"))
    return first, executing, checking, max(at.values())


def _timed(project: Path, *words: str | Path) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in words],
        cwd=project,
        env={**os.environ, "QAF_VAULT": str(project / "vault")},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, done.stdout


if __name__ == "__main__":
    main()
