"""Councils one after another on this machine, and on a cluster of one and of two workers: seconds and bytes.

    python benchmarks/cluster.py [NUMBER OF COUNCILS ...]

The councils are demonstration councils of other seeds and sizes, four to a set of made-up data (under
the four shipped frameworks), each in a vault that is new. Scheduler and workers run on this
machine, and share its cores: every run has one kernel a core, divided among the workers. All three runs are
made in one command, and their editions compared file by file; manifests aside, which tell seconds.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qaf_lib.synthetic import cases
from qaf_lib.synthetic.demonstration import write_demonstration

ROOT = Path(__file__).resolve().parents[1]
QAF = Path(sys.executable).parent / "qaf"
FRAMEWORKS = ("durham", "leeds", "lincolnshire", "portsmouth")
SIZES = (1.0, 0.5, 0.75, 1.5)
"""Caseloads of the sets of data, as shares of the demonstration's about 3,000 children and 700 families."""

SEED, ADDRESS = 20270101, "tcp://127.0.0.1:18786"
USUAL = (1, 2, 14)


def main() -> None:
    """Print the table."""
    numbers = [int(number) for number in sys.argv[1:]] or USUAL
    cores = os.cpu_count() or 1
    print(f"{platform.platform()}, {cores} cores, Python {platform.python_version()}\n")
    print("| councils | here | one worker | two workers | two to one | files, the same in all three |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "parameters" / "frameworks", project / "parameters" / "frameworks")
        files = _councils(project, max(numbers))
        for number in numbers:
            chosen = files[:number]
            here, editions = _run(project, chosen, kernels=cores)
            took = []
            for workers in (1, 2):
                with _cluster(project, workers):
                    kernels = max(1, cores // workers)
                    seconds, others = _run(project, chosen, "--scheduler", ADDRESS, kernels=kernels)
                if others != editions:
                    sys.exit(f"{workers} workers: {_differing(editions, others)} files differ")
                took.append(seconds)
            print(
                f"| {number} | {here:.1f} | {took[0]:.1f} | {took[1]:.1f} | {took[1] / took[0]:.2f} "
                f"| {len(editions):,} |",
                flush=True,
            )


def _councils(project: Path, number: int) -> list[str]:
    """Parameter files of so many councils, and their data."""
    usual, files = (cases._CHILDREN, cases._FAMILIES), []
    for at in range(number):
        of_data, of_framework = divmod(at, len(FRAMEWORKS))
        seed, name = SEED + of_data, f"data/demo-{of_data}"
        if not (project / name).exists():
            size = SIZES[of_data % len(SIZES)]
            cases._CHILDREN, cases._FAMILIES = (int(size * count) for count in usual)
            (project / name).parent.mkdir(exist_ok=True)
            write_demonstration(folder=project / name, seed=seed)
        text = (ROOT / f"parameters/demo-{FRAMEWORKS[of_framework]}.yml").read_text(encoding="utf-8")
        council = next(line for line in text.splitlines() if line.startswith("council: "))
        text = text.replace(council, f"council: Council {at}").replace("data/demo", name)
        text = text.replace("seed: 20260630", f"seed: {seed}")
        files.append(f"parameters/council-{at}.yml")
        (project / files[-1]).write_text(text, encoding="utf-8")
    return files


@contextmanager
def _cluster(project: Path, workers: int) -> Iterator[None]:
    """A scheduler and so many workers, that have registered and are ended afterwards."""
    local = ("--host", "127.0.0.1", "--no-dashboard")
    running = [_dask(project, "scheduler", *local, "--port", ADDRESS.rsplit(":", 1)[1])]
    try:
        for at in range(workers):
            own = ("--nthreads", "1", "--name", f"worker {at}", "--no-nanny")
            scratch = ("--local-directory", str(project / "scratch"))
            running.append(_dask(project, "worker", ADDRESS, *local, *own, *scratch))
        waiting = (
            "from distributed import Client\n"
            f"with Client('{ADDRESS}', timeout=60) as client: client.wait_for_workers({workers}, timeout=60)"
        )
        subprocess.run([sys.executable, "-c", waiting], check=True, capture_output=True)
        yield
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def _dask(project: Path, kind: str, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
        cwd=project,
        env=_environment(project),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _environment(project: Path) -> dict[str, str]:
    return {**os.environ, "QAF_VAULT": str(project / "vault")}


def _run(project: Path, files: Sequence[str], *words: str, kernels: int) -> tuple[float, dict[str, bytes]]:
    """Seconds of a run in a new vault, and the editions that it published."""
    for name in ("vault", "outputs"):
        shutil.rmtree(project / name, ignore_errors=True)
    started = time.perf_counter()
    subprocess.run(
        [QAF, "run", *files, "--workers", str(kernels), *words],
        cwd=project,
        env=_environment(project),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    pages = (path for path in sorted(project.glob("outputs/*/**/*")) if path.is_file())
    return seconds, {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in pages
        if path.name != "manifest.json"
    }


def _differing(some: dict[str, bytes], others: dict[str, bytes]) -> int:
    return sum(some.get(name) != others.get(name) for name in {*some, *others})


if __name__ == "__main__":
    main()
