"""Notebooks that try to disturb one another in one kernel, and pages that show nothing of it."""

import gc

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from qaf_lib.batch.execute import Job, KernelPool

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PUT_BACK = {
    "a name": "period = 1; import pandas as pd; len = None",
    "an option of pandas": "import pandas as pd; pd.set_option('display.max_rows', 3, 'display.precision', 1)",
    "a setting of matplotlib": "import matplotlib; matplotlib.rcParams.update({'font.size': 40})",
    "the working folder": "import os; os.chdir('/')",
    "the environment": "import os; os.environ['QAF_VAULT'] = '/nowhere'; os.environ.pop('PATH')",
    "the path": "import sys; sys.path.insert(0, '/nowhere')",
    "how numbers print": "import numpy as np; np.set_printoptions(precision=1); np.seterr(all='raise')",
    "chance": "import random, numpy as np; random.seed(1); np.random.seed(1)",
    "warnings": "import warnings; warnings.simplefilter('error')",
    "logging": "import logging; logging.disable(logging.CRITICAL); logging.root.setLevel(1)",
    "decimals": "import decimal; decimal.getcontext().prec = 3",
    "a formatter": "get_ipython().display_formatter.formatters['text/plain'].for_type(int, lambda *a: a[1].text('?'))",
    "an event": "get_ipython().events.register('pre_run_cell', lambda info: print('here'))",
    "a magic": "get_ipython().register_magic_function(print, magic_name='time')",
    "the output": "import sys, io; sys.stdout = io.StringIO()",
    "a large output": "print('x' * 2_000_000)",
}
"""What is put back, so that the same kernel takes the next notebook."""

NOTICED = {
    "a thread": "import threading, time; threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
    "a process": "import subprocess; subprocess.Popen(['sleep', '99'])",
    "a task": "import asyncio; waiting = asyncio.ensure_future(asyncio.sleep(99))\nasync def f():\n"
    "    await asyncio.sleep(99)\nother = asyncio.ensure_future(f())\nawait asyncio.sleep(0)",
    "a method of pandas": "import pandas as pd; pd.DataFrame.to_html = lambda *given: '?'",
    "a function of the kit": "from qaf_lib.display import words; words.count_words = str",
    "a method of the kit": "from qaf_lib.pages import OpenPeriod; OpenPeriod.facts = property(lambda period: {})",
    "a constant of the kit": "from qaf_lib.display.charts import chart; chart.RC['font.size'] = 40",
    "a built-in": "import builtins; builtins.sorted = list",
    "a module taken out": "import sys; del sys.modules['qaf_lib.display.words']",
}
"""What cannot be put back, so that the next notebook gets another kernel."""

STATE = """
import asyncio, decimal, io, logging, os, random, sys, threading, warnings
import matplotlib, numpy as np, pandas as pd
from qaf_lib.display import words
from qaf_lib.display.charts import chart
print(sorted(globals()), os.getcwd(), sorted(os.environ.items()), sys.path)
print(pd.get_option("display.max_rows"), pd.get_option("display.precision"), matplotlib.rcParams["font.size"])
print(np.geterr(), np.array([1.23456]), len(warnings.filters), logging.root.level, logging.root.isEnabledFor(50))
print(decimal.getcontext().prec, words.count_words(2000), chart.RC["font.size"], sorted([2, 1]))
print(pd.DataFrame({"a": [1]}).to_html(), sys.modules["qaf_lib.display.words"] is words)
"""
NUMBER, WHO = "7", "import os; print(os.getpid())"


@pytest.fixture(autouse=True)
def _collect_what_kernels_left():
    yield
    gc.collect()


def ended(tmp_path, notebooks):
    """Run notebooks of the given cells one after another in one worker, and tell how each ended."""
    jobs = []
    for name, cells in notebooks:
        first = new_code_cell("", metadata={"tags": ["parameters"]})
        book = new_notebook(cells=[first, *map(new_code_cell, cells)])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, tmp_path / f"{name}.ipynb")
        jobs.append(Job(name, tmp_path / f"{name}.ipynb", tmp_path / "out" / f"{name}.ipynb", {}))
    with KernelPool(workers=1) as pool:
        return pool.execute(jobs, tell=lambda outcome: None)


def cells_of(outcome):
    """The cells of a notebook as it was executed, without its parameters."""
    return nbformat.read(outcome.job.output, as_version=4).cells[1:]


def outputs(cells):
    return [(cell.execution_count, cell.outputs) for cell in cells]


def test_no_notebook_finds_anything_of_the_one_before_it(tmp_path):
    disturbing = list((PUT_BACK | NOTICED).items())
    notebooks = [("as new", [STATE, NUMBER, WHO])]
    for name, cell in disturbing:
        notebooks += [(name, [cell]), (f"after {name}", [STATE, NUMBER, WHO])]
    outcomes = ended(tmp_path, notebooks)
    assert [outcome.status for outcome in outcomes] == ["completed"] * len(notebooks)
    as_new, *rest = map(cells_of, outcomes)
    kernel = as_new[2].outputs[0].text
    for (name, _), cells in zip(disturbing, rest[1::2], strict=True):
        assert outputs(cells[:2]) == outputs(as_new[:2]), name
        assert (cells[2].outputs[0].text == kernel) == (name in PUT_BACK), name
        kernel = cells[2].outputs[0].text


def test_a_kernel_whose_notebook_stopped_is_not_used_again(tmp_path):
    ends = {
        "raises": "raise ValueError",
        "exits": "import sys; sys.exit(0)",
        "dies": "import os; os._exit(0)",
    }
    notebooks = []
    for name, cell in ends.items():
        notebooks += [(name, [cell]), (f"after {name}", [f"left = 1\n{WHO}"])]
    outcomes = ended(tmp_path, notebooks)
    assert [outcome.ok for outcome in outcomes] == [False, True] * len(ends)
    after = [cells_of(outcome) for outcome in outcomes if outcome.ok]
    assert len({cells[0].outputs[0].text for cells in after}) == len(ends)
