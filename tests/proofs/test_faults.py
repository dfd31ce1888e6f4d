"""Notebooks that die, hang, leave or grow: named, ended with all they started, and the next run is complete."""

import gc
import os
import shutil
import signal
import time
from threading import Thread

import nbformat
import psutil
import pytest

from qaf_lib.batch import contents, standing
from qaf_lib.batch.execute import Job, KernelPool
from qaf_lib.batch.run import run
from qaf_lib.errors import InputError
from qaf_lib.register import Register

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems"),
]

_BEGUN = (
    "import os; from pathlib import Path; "
    "Path('number').write_text(str(os.getpid())); Path('number').rename('begun')\n"
)

FAULTS = {
    "killed from outside": (f"{_BEGUN}import time; time.sleep(9999)", "its kernel died"),
    "endless": ("while True: pass", "it took longer than"),
    "asleep": ("import time; time.sleep(9999)", "it took longer than"),
    "deaf": (
        "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (2, 15)]; time.sleep(9999)",
        "it took longer than",
    ),
    "stopped": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "it took longer than"),
    "grows": ("kept = []\nwhile True: kept.append(bytearray(50_000_000))", "it needed more than"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "its kernel died"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "its kernel died"),
    "leaves": ("import os; os._exit(0)", "its kernel died"),
    "aborts": ("import os; os.abort()", "its kernel died"),
    "exits": ("import sys; sys.exit(0)", "an error in a cell"),
    "exits with a code": ("import sys; sys.exit(3)", "SystemExit"),
    "raises": ("raise ValueError('0071000 is not a case')", "ValueError"),
    "goes too deep": ("def deeper(): return deeper()\ndeeper()", "RecursionError"),
    "wants more than there is": ("bytearray(1 << 50)", "MemoryError"),
    "not Python": ("this is no code", "SyntaxError"),
}
"""A cell for each, and words of how its notebook is said to have ended."""

LEFT = {
    "a thread": "import threading, time; threading.Thread(target=time.sleep, args=(9999,), daemon=True).start()",
    "a process": "import subprocess; subprocess.Popen(['sleep', '9999'])",
    "a process of its own group": "import subprocess; subprocess.Popen(['sleep', '9999'], process_group=0)",
    "no files": "import os; held = [os.open(os.devnull, 0) for _ in range(200)]",
}
"""What a notebook that ran to its end leaves behind it."""


@pytest.fixture(autouse=True)
def _collect_what_kernels_left():
    yield
    gc.collect()


@pytest.fixture
def council(project, monkeypatch, tmp_path):
    """The small council with two reports of its own notebooks, the second to be spoilt."""
    folder = tmp_path / "notebooks"
    shutil.copytree(standing.NOTEBOOKS, folder)
    monkeypatch.setattr(standing, "NOTEBOOKS", folder)
    monkeypatch.setattr("qaf_lib.batch.run.NOTEBOOKS", folder)
    reports = {name: contents.REPORTS[name] for name in ("09_slt_report", "07_voice")}
    monkeypatch.setattr(contents, "REPORTS", reports)
    project.add_audits({f"00{71000 + case}": "good" for case in range(6)})
    monkeypatch.chdir(project.root)
    return project


def spoil(tmp_path, cell):
    path = tmp_path / "notebooks" / "07_voice.ipynb"
    sound = path.read_bytes()
    node = nbformat.reads(sound.decode("utf-8"), as_version=4)
    node.cells.append(nbformat.v4.new_code_cell(cell))
    nbformat.write(node, path)
    return path, sound


def ledger(project):
    with Register(project.root / "vault/tinyshire/register.sqlite") as register:
        editions = register.read("edition")
    return dict(zip(editions["edition_id"], editions["status"], strict=True))


def files_of(result):
    return {path: path.read_bytes() for path in sorted(result.edition.rglob("*")) if path.is_file()}


def kernels_of(this):
    """Processes that this one started and that live, the browser's and pytest's own aside."""
    return [
        child
        for child in this.children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE and "ipykernel" in " ".join(child.cmdline())
    ]


def kill_once_begun(project):
    begun = project.root / "begun"
    while not begun.exists():
        time.sleep(0.05)
    os.kill(int(begun.read_text(encoding="utf-8")), signal.SIGKILL)


def quiet(line):
    assert "0071000" not in line


def test_a_fault_is_named_the_last_edition_stays_and_the_next_run_is_complete(
    council, tmp_path, trials, monkeypatch
):
    chosen = list(FAULTS.items())[: trials(1, len(FAULTS))]
    file, this = council.file, psutil.Process()
    last = run(file, say=quiet)
    for number, (name, (cell, words)) in enumerate(chosen, start=1):
        before = files_of(last)
        path, sound = spoil(tmp_path, cell)
        killer = Thread(target=kill_once_begun, args=(council,), daemon=True)
        if name == "killed from outside":
            killer.start()
        with monkeypatch.context() as patched:
            patched.setitem(KernelPool.execute.__kwdefaults__, "notebook_seconds", 60)
            spoilt = run(file, say=quiet)
        assert [outcome.job.name for outcome in spoilt.failed] == ["07_voice"], name
        assert words in spoilt.failed[0].status, name
        assert f"07_voice: {spoilt.failed[0].status}" in spoilt.index.read_text(encoding="utf-8")
        assert {path: path.read_bytes() for path in before} == before, name
        assert ledger(council)[f"2025-26 Q2 {2 * number}"] == "published with failures"
        assert kernels_of(this) == []
        path.write_bytes(sound)
        last = run(file, say=quiet)
        assert last.failed == []
        assert ledger(council)[f"2025-26 Q2 {2 * number + 1}"] == "published"


def test_what_a_notebook_leaves_is_gone_and_its_page_is_published(council, tmp_path, trials):
    this = psutil.Process()
    open_before = this.num_fds()
    for cell in list(LEFT.values())[: trials(1, len(LEFT))]:
        path, sound = spoil(tmp_path, cell)
        assert run(council.file, say=quiet).failed == []
        assert kernels_of(this) == []
        assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "9999"]]
        path.write_bytes(sound)
    assert this.num_fds() <= open_before + 8


def test_two_runs_at_once_are_one_run_and_a_refusal(council, trials):
    for _ in range(trials(1, 4)):
        ended = []

        def go(ended=ended):
            try:
                ended.append(run(council.file, say=quiet).number)
            except InputError as error:
                ended.append(str(error))

        both = [Thread(target=go) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        published = [number for number in ended if isinstance(number, int)]
        refused = [words for words in ended if isinstance(words, str)]
        assert published
        assert len(published) == 2 or "another run of Tinyshire is under way" in refused[0]
        assert set(ledger(council).values()) == {"published"}


def test_many_notebooks_through_one_pool_take_no_more_each(tmp_path, trials):
    """Descriptors, memory and time for each notebook stay as they were after the first fifth of them."""
    this, count = psutil.Process(), trials(25, 500)
    path = tmp_path / "n.ipynb"
    cells = [nbformat.v4.new_code_cell("word = ''", metadata={"tags": ["parameters"]})]
    cells += [
        nbformat.v4.new_code_cell("import pandas as pd\npd.DataFrame({'a': range(100_000)}).describe()")
    ]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, path)
    seen = []

    def tell(outcome):
        assert outcome.ok
        memory = this.memory_info().rss + sum(child.memory_info().rss for child in kernels_of(this))
        seen.append((this.num_fds(), memory, outcome.seconds))

    jobs = [Job(str(at), path, tmp_path / "out" / f"{at}.ipynb", {}) for at in range(count)]
    with KernelPool(workers=2) as pool:
        pool.execute(jobs, tell=tell)
    fifth = count // 5
    early, late = seen[fifth : 2 * fifth], seen[-fifth:]
    assert max(row[0] for row in late) <= max(row[0] for row in early) + 4
    assert max(row[1] for row in late) <= 1.1 * max(row[1] for row in early)
    middle = [sorted(row[2] for row in rows)[len(rows) // 2] for rows in (early, late)]
    assert middle[1] <= 1.5 * middle[0] + 0.2
