"""Notebooks executed, and the truth about how each one ended."""

import gc
import os
import time

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from qaf_lib.batch.execute import COMPLETED, Job, KernelPool
from qaf_lib.errors import EditionError, InputError

# jupyter_client leaves the sockets and event loop of a dead or timed-out kernel to the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PARAMETERS = 'word = "none"  # the word to print'


@pytest.fixture(autouse=True)
def _collect_what_kernels_left():
    yield
    gc.collect()


@pytest.fixture
def run(tmp_path):
    """Write notebooks of the given cells, run them all at once, and give how each ended."""

    def execute(*notebooks, parameters=None, **allowed):
        jobs, told = [], []
        for number, cells in enumerate(notebooks):
            first = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
            book = new_notebook(cells=[new_markdown_cell("# Test"), first, *map(new_code_cell, cells)])
            book.metadata["kernelspec"] = {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            }
            nbformat.write(book, tmp_path / f"{number}.ipynb")
            output = tmp_path / "executed" / f"{number}.ipynb"
            jobs.append(Job(str(number), tmp_path / f"{number}.ipynb", output, parameters or {}))
        with KernelPool() as pool:
            outcomes = pool.execute(jobs, tell=told.append, **allowed)
        assert {outcome.job.name for outcome in told} == {job.name for job in jobs}
        return outcomes

    return execute


def test_each_notebook_is_told_to_have_ended_as_it_did(run):
    ends = {
        "completed": ["print(word)", "1 + 1"],
        "stopped by ValueError": ["1", "raise ValueError('no')", "2"],
        "stopped by an error in a cell": ["import sys; sys.exit(0)", "print('never')"],
        "stopped by SystemExit": ["import sys; sys.exit(3)", "print('never')"],
        "stopped: its kernel died": ["import os; os.kill(os.getpid(), 9)", "print('never')"],
    }
    outcomes = run(*ends.values(), parameters={"word": "hello"})
    for outcome, end in zip(outcomes, ends, strict=True):
        assert outcome.status.startswith(end)
        assert outcome.ok == (end == COMPLETED)
    executed = nbformat.read(outcomes[0].job.output, as_version=4)
    assert executed.cells[3].outputs[0].text == "hello\n"


def test_a_notebook_that_takes_too_long_is_stopped_and_the_others_go_on(run):
    slow, quick = run(["import time; time.sleep(4)", "time.sleep(56)"], ["1"], notebook_seconds=5)
    assert slow.status == "stopped: it took longer than 5 seconds"
    assert 5 <= slow.seconds < 30
    assert quick.ok


def test_a_notebook_that_takes_too_much_memory_is_stopped_and_the_others_go_on(run):
    large, small = run(["kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))"], ["1"])
    assert large.status == "stopped: it needed more than 2 GB of memory"
    assert small.ok


def test_notebooks_that_together_take_too_long_publish_nothing_and_what_ran_to_its_end_stands(run):
    with pytest.raises(
        EditionError, match=r"took longer than 0\.2 minutes; nothing was published\. Run again"
    ):
        run(["1"], ["import time; time.sleep(60)"], all_seconds=12)
    stood, ran = run(["1"], ["1"])
    assert (stood.stood, stood.ok, ran.stood, ran.ok) == (True, True, False, True)


def test_what_was_cut_off_while_it_was_written_is_run_again(run, tmp_path):
    (first,) = run(["1"])
    first.job.output.write_text(first.job.output.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    (again,) = run(["1"])
    assert again.ok
    assert not again.stood


@pytest.mark.skipif(os.name != "posix", reason="asks for a group of processes")
def test_what_a_stopped_notebook_had_started_ends_with_it(run):
    starts = "import subprocess; print(subprocess.Popen(['sleep', '300']).pid)"
    (slow,) = run([starts, "import time; time.sleep(60)"], notebook_seconds=8)
    assert slow.status == "stopped: it took longer than 8 seconds"
    (done,) = run([starts])
    executed = nbformat.read(done.job.output, as_version=4)
    process_id = int(executed.cells[-1].outputs[0].text)
    assert done.ok
    assert not _lives(process_id)


def _lives(process_id):
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_unknown_parameter_is_refused_before_any_kernel_starts(run, tmp_path):
    with pytest.raises(
        InputError, match=r"0\.ipynb: no parameter wrod in its cell tagged parameters; it has word"
    ):
        run(["1"], parameters={"wrod": "hello"})
    assert not (tmp_path / "executed").exists()


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), tmp_path / "n.ipynb")
    job = Job("n", tmp_path / "n.ipynb", tmp_path / "out.ipynb", {"word": "hello"})
    with pytest.raises(InputError, match=r"n\.ipynb: no parameter word .* it has none"):
        KernelPool().execute([job], tell=print)


def test_a_notebook_that_is_not_there_is_refused_or_told(tmp_path):
    with pytest.raises(Exception, match="none"):
        KernelPool().execute([Job("n", tmp_path / "none.ipynb", tmp_path / "out.ipynb", {})], tell=print)


def test_a_message_of_the_kit_is_told_and_no_other(run):
    raises = "from qaf_lib.errors import EditionError, InputError; raise InputError('data/x.csv: 3 rows are repeated.')"
    kits, other, done = run([raises], ["raise ValueError('0071000 is not a case')"], ["1"])
    assert kits.message == "data/x.csv: 3 rows are repeated."
    assert (other.message, done.message) == ("", "")


def test_an_interrupt_ends_what_runs_and_begins_nothing_more(tmp_path):
    """A run whose teller is interrupted at the first outcome: two notebooks sleep, two wait."""
    first = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    for name, cell in {"quick": "1", "a": "import time; time.sleep(300)", "b": "1", "c": "1"}.items():
        book = new_notebook(cells=[first, new_code_cell(cell)])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, tmp_path / f"{name}.ipynb")
    jobs = [
        Job(name, tmp_path / f"{name}.ipynb", tmp_path / "out" / f"{name}.ipynb", {})
        for name in ("quick", "a", "b", "c")
    ]

    def interrupted(_):
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), KernelPool() as pool:
        pool.execute(jobs, tell=interrupted)
    assert time.monotonic() - started < 120
    assert not (tmp_path / "out" / "c.ipynb").exists()


def test_a_kernels_keys_are_on_no_disk_while_notebooks_run(run, tmp_path):
    asks = (
        "from ipykernel.kernelapp import IPKernelApp; from pathlib import Path\n"
        "keys = Path(IPKernelApp.instance().abs_connection_file)\n"
        "print(keys.name, keys.exists(), keys.parent.exists())"
    )
    (outcome,) = run([asks])
    executed = nbformat.read(outcome.job.output, as_version=4)
    assert executed.cells[2].outputs[0].text == "kernel.json False False\n"
    assert [path.name for path in (tmp_path / "executed").iterdir()] == ["0.ipynb"]


def test_where_no_kernel_can_start_the_notebook_is_told_to_have_stopped(run, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
        (outcome,) = run(["1"])
    assert outcome.status == "stopped by FileNotFoundError"
